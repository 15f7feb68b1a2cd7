//! The words with which address books label phone numbers.

/// Label for the words of a kind, if they say anything. Covers the main languages of exports from Google, Outlook and
/// phones.
pub(crate) fn label(kind: &str) -> Option<&'static str> {
    const WORDS: [(&str, &[&str]); 4] = [
        (
            "mobile",
            &[
                "mobil",
                "cell",
                "iphone",
                "handy",
                "portable",
                "móvil",
                "movil",
                "celular",
                "cellulare",
                "telemó",
                "gsm",
                "natel",
                "komórk",
                "matkapuhelin",
                "携帯",
                "手机",
                "мобил",
            ],
        ),
        (
            "work",
            &[
                "work",
                "business",
                "office",
                "company",
                "firm",
                "geschäft",
                "dienst",
                "arbeit",
                "büro",
                "bureau",
                "travail",
                "professionnel",
                "trabajo",
                "trabalho",
                "comercial",
                "lavoro",
                "ufficio",
                "werk",
                "zakelijk",
                "służb",
                "praca",
                "arbete",
                "arbejde",
                "arbeid",
                "работ",
                "会社",
                "勤務",
            ],
        ),
        (
            "home",
            &[
                "home",
                "privat",
                "domicile",
                "casa",
                "particular",
                "personal",
                "thuis",
                "abitazione",
                "domow",
                "hem",
                "hjem",
                "koti",
                "домаш",
                "自宅",
            ],
        ),
        ("main", &["main", "primary", "haupt", "principal"]),
    ];
    let kind = kind.to_lowercase();
    WORDS.iter().find(|(_, words)| words.iter().any(|word| kind.contains(word))).map(|(label, _)| *label)
}

pub(crate) fn is_fax(kind: &str) -> bool {
    const WORDS: [&str; 12] = [
        "fax",
        "telecop",
        "télécop",
        "факс",
        "传真",
        "pager",
        "piepser",
        "telex",
        "télex",
        "modem",
        "bbs",
        "beeper",
    ];
    let kind = kind.to_lowercase();
    WORDS.iter().any(|word| kind.contains(word))
}
