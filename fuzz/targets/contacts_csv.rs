//! Contact tables from arbitrary bytes: an imported contact, written to a new table, is read the same again.
#![no_main]

use benspamsphones_core::Region;
use benspamsphones_core::address_book::read;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|rows: &[u8]| {
    // Any bytes below known headers, and any bytes at all.
    for head in [&b"Name,Phone 1 - Label,Phone 1 - Value\n"[..], b"sep=;\nVorname;Nachname;Telefon\n", b""] {
        let Ok(book) = read(&[head, rows].concat(), Region::US) else { continue };
        for entry in book.people {
            let mut table = String::from("Name,Phone\r\n");
            for number in &entry.numbers {
                table += &format!("\"{}\",{}\r\n", entry.name.replace('"', "\"\""), number.number);
            }
            let again = read(table.as_bytes(), Region::US).expect("a table");
            assert!(again.left_out.is_empty(), "{again:?}");
            assert!(again.people.iter().all(|person| person.name == entry.name), "{entry:?} {again:?}");
            let numbers =
                again.people.iter().flat_map(|person| person.numbers.iter().map(|number| &number.number));
            assert!(numbers.eq(entry.numbers.iter().map(|number| &number.number)));
        }
    }
});
