use super::*;

fn first(file: &[u8]) -> String {
    let cards = cards(file, 10, Region::US).unwrap();
    cards.texts().next().unwrap()
}

fn line(line: &[u8]) -> String {
    let text = first(&[b"BEGIN:VCARD\r\nVERSION:2.1\r\n", line, b"\r\nEND:VCARD\r\n"].concat());
    let text = text.strip_prefix("BEGIN:VCARD\r\nVERSION:3.0\r\n").unwrap();
    text.strip_suffix("\r\nEND:VCARD\r\n").unwrap().to_owned()
}

#[test]
fn quoted_printable_is_read_as_phones_write_it() {
    for (written, read) in [
        (&b"FN;QUOTED-PRINTABLE:J=C3=BCrgen"[..], "FN:Jürgen"),
        (b"FN;quoted-printable;charset=utf-8:J=c3=bcrgen", "FN:Jürgen"),
        (b"FN;ENCODING=QUOTED-PRINTABLE:Bj=F6rn", "FN:Björn"),
        (b"FN;CHARSET=\"ISO-8859-1\";ENCODING=\"QUOTED-PRINTABLE\":Bj=F6rn", "FN:Björn"),
        (b"N;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=D0=98=D0=\r\n=B2;=D0=\r\n=98;;;", "N:Ив;И;;;"),
        (b"N;ENCODING=QUOTED-PRINTABLE:M=3Bller, Dr.;A\\;B", "N:M\\;ller\\, Dr.;A\\;B"),
        (b"ORG;ENCODING=QUOTED-PRINTABLE:One=0D=0ATwo", "ORG:One\\nTwo"),
        (b"FN;ENCODING=QUOTED-PRINTABLE:a =\r\n b=  \r\nc", "FN:a  bc"),
        (b"FN;ENCODING=QUOTED-PRINTABLE:1=2=zz3", "FN:1=2=zz3"),
        (b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB =C3", "FN:Zoë "),
        (b"FN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:Zo=C3=AB=C", "FN:Zoë"),
        (b"FN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=83=5C=83=74", "FN:ソフ"),
        (b"TEL;HOME;PREF;VOICE:1", "TEL;TYPE=HOME;TYPE=PREF;TYPE=VOICE:1"),
        (b"item1.TEL;TYPE=\"cell,voice\";PREF=1:1", "item1.TEL;TYPE=\"cell,voice\";PREF=1:1"),
        (b"FN:Folded\r\n  in\r\n\ttwo", "FN:Folded intwo"),
        (b"FN:J\xf6rg M\xfcller", "FN:Jörg Müller"),
    ] {
        assert_eq!(line(written), read, "{}", written.escape_ascii());
    }
}

#[test]
fn what_a_note_or_a_photo_holds_is_no_line() {
    let note = b"NOTE;ENCODING=QUOTED-PRINTABLE:call=\r\nTEL:+14155550199=\r\nFN:x\r\nPHOTO;ENCODING=BASE64;JPEG:\r\n AAAA\r\nTEL:1\r\nNOTE:a\r\n TEL:2";
    assert_eq!(line(note), "TEL:1");
    let agent = b"FN:A\r\nAGENT:\r\nBEGIN:VCARD\r\nFN:B\r\nTEL:2\r\nEND:VCARD\r\nTEL:1";
    assert_eq!(line(agent), "FN:A\r\nTEL:1");
}

#[test]
fn lines_may_end_in_any_way() {
    for end in ["\r", "\n", "\r\n", "\r\r\n"] {
        let file =
            ["begin:vcard", "VERSION:2.1", "FN;QUOTED-PRINTABLE:a=", "b", "TEL:1", "End:vCard", ""].join(end);
        assert_eq!(first(file.as_bytes()), "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:ab\r\nTEL:1\r\nEND:VCARD\r\n");
    }
}

#[test]
fn the_end_of_a_file_is_noticed() {
    let ends = |file: &str| {
        let cards = cards(file.as_bytes(), 2, Region::US).unwrap();
        (cards.lines.len(), cards.breaks_off, cards.more)
    };
    let one = "BEGIN:VCARD\nFN:a\nTEL:1\nEND:VCARD\n";
    assert_eq!(ends(one), (1, false, false));
    assert_eq!(ends("BEGIN:VCARD\nFN:a\nTEL:1"), (1, true, false));
    assert_eq!(ends(&("BEGIN:VCARD\nFN:a\n".to_owned() + one)), (2, false, false));
    assert_eq!(ends(&one.repeat(3)), (2, false, true));
    assert_eq!(ends("BEGIN:VCARD\nFN;QUOTED-PRINTABLE:a=\nEND:VCARD\n"), (1, false, false));
    assert!(cards(b"END:VCARD\nFN:a\n", 2, Region::US).is_none());
}
