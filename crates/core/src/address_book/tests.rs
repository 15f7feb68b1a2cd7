use super::*;

#[test]
fn what_is_no_address_book_is_said() {
    let error = |file: &[u8]| read(file, Region::US).unwrap_err();
    assert_eq!(error(b""), NotAnAddressBook::Empty);
    assert_eq!(error("\u{feff} \r\n".as_bytes()), NotAnAddressBook::Empty);
    for file in [
        &b"Shopping list\r\nmilk, bread\r\n"[..],
        b"{}",
        b"<html>",
        b"\xff\xd8\xff\xe0\0\x10JFIF",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"\0\0\0\0",
    ] {
        assert_eq!(error(file), NotAnAddressBook::Neither, "{file:?}");
    }
    assert_eq!(error(b"First Name,Last Name\r\nAda,Lovelace\r\n"), NotAnAddressBook::NoNumbers);
    assert_eq!(error(b"Phone,Notes\r\n+14158675309,x\r\n"), NotAnAddressBook::NoNames);
}

#[test]
fn a_kind_of_number_is_known_in_several_languages() {
    for (kind, expected) in [
        ("Mobile Phone", Some("mobile")),
        ("Telefon geschäftlich", Some("work")),
        ("Téléphone (domicile)", Some("home")),
        ("Teléfono móvil", Some("mobile")),
        ("Primary Phone", Some("main")),
        ("Home Phone 2", Some("home")),
        ("Other Phone", None),
    ] {
        assert_eq!(label(kind), expected, "{kind}");
    }
    assert!(is_fax("Business Fax") && is_fax("WorkFAX") && !is_fax("Business Phone"));
}
