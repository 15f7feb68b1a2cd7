//! Certificates made here, and the owner's own.

use super::make::{BACKDATED, CHAIN, KEY, LIFE, RENEW};
use super::*;

fn names(names: &[&str]) -> CertificateSource {
    CertificateSource::Made {
        names: CertificateNames::Fixed(names.iter().map(|name| (*name).to_owned()).collect()),
    }
}

#[test]
fn one_that_was_made_stays_until_it_ends_or_this_machine_gets_another_name_or_address() {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let open = |source: &CertificateSource, now| {
        Certificate::open(folder.path(), source, LocalName::default(), now).unwrap().fingerprint()
    };
    let both = names(&["desk.local", "192.168.1.7"]);
    let first = open(&both, now);
    assert_eq!(first.len(), 32 * 3 - 1);
    assert_eq!(open(&both, now), first);
    assert_eq!(open(&names(&["desk.local"]), now), first, "it is for that name as well");
    let moved = open(&names(&["desk.local", "10.0.0.8"]), now);
    assert_ne!(moved, first);
    assert_ne!(open(&names(&["table.local", "10.0.0.8"]), now), moved);
    let end = now + LIFE - BACKDATED;
    let last = open(&both, now);
    assert_eq!(open(&both, end - RENEW - Duration::from_secs(2 * 86_400)), last);
    assert_ne!(open(&both, end - RENEW), last, "it would end soon");
}

/// A phone installs the authority once; it stays valid whatever this machine's name and address, and for years.
#[test]
fn the_authority_stays() {
    let folder = tempfile::tempdir().unwrap();
    let now: Timestamp = "2026-11-24T12:00:00Z".parse().unwrap();
    let open = |source: &CertificateSource, now| {
        let certificate = Certificate::open(folder.path(), source, LocalName::default(), now).unwrap();
        (certificate.authority().unwrap(), certificate.authority_replaced())
    };
    let (first, replaced) = open(&names(&["desk.local", "desk", "192.168.1.7"]), now);
    assert!(!replaced, "there was none before");
    let later = now + Duration::from_secs(5 * 365 * 86_400);
    for (source, at) in [
        (names(&["desk.local", "10.0.0.8"]), now),
        (names(&["table.local", "table", "fd00::7", "203.0.113.9"]), now),
        (names(&["table.local"]), later),
    ] {
        assert_eq!(open(&source, at), (first.clone(), false), "{source:?}");
    }
    // From an older version, which didn't keep the key.
    fs::remove_file(folder.path().join("tls/authority-key.pem")).unwrap();
    let (second, replaced) = open(&names(&["table.local"]), now);
    assert_ne!(second, first);
    assert!(replaced);
    assert_eq!(open(&names(&["table.local"]), now), (second, false), "it is said once");
}

/// Whether OpenSSL accepts the certificate for a name or an address; `None` without OpenSSL.
#[cfg(unix)]
fn openssl(tls: &Path, check: &str, name: &str) -> Option<bool> {
    let mut command = std::process::Command::new("openssl");
    command.arg("verify").arg("-x509_strict").args([check, name]).args(["-purpose", "sslserver"]);
    command.arg("-CAfile").arg(tls.join(authority::CERTIFICATE)).arg(tls.join(CHAIN));
    Some(command.output().ok()?.status.success())
}

#[cfg(unix)]
#[test]
fn openssl_takes_it_for_this_machine_and_for_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let open = |list: &[&str]| {
        Certificate::open(folder.path(), &names(list), LocalName::default(), Timestamp::now()).unwrap()
    };
    open(&["desk.local", "desk", "192.168.1.7", "::1"]);
    open(&["table.local", "table", "10.0.0.8", "::1", "localhost", "shop.example"]);
    let takes = |check: &str, name: &str| openssl(&folder.path().join("tls"), check, name);
    let checks = [
        ("-verify_hostname", "table.local", true),
        ("-verify_ip", "10.0.0.8", true),
        ("-verify_ip", "::1", true),
        ("-verify_hostname", "shop.example", false),
        // A host name that was added later.
        ("-verify_hostname", "table", false),
    ];
    for (check, name, expected) in checks {
        let Some(taken) = takes(check, name) else { return };
        assert_eq!(taken, expected, "{name}");
    }
}

/// With a stolen key of the authority, only machines in a home network can be impersonated.
#[test]
fn the_authority_vouches_for_private_names_alone() {
    let folder = tempfile::tempdir().unwrap();
    let own = ["desk.local", "desk", "198.51.100.4"].map(str::to_owned);
    let made = authority::Authority::make(folder.path(), &own, Timestamp::now()).unwrap();
    for name in
        ["desk.local", "table.local", "localhost", "desk", "198.51.100.4", "10.1.2.3", "fd12::1", "fe80::1"]
    {
        assert!(made.may_vouch_for(name), "{name}");
    }
    for name in ["example.com", "table", "notlocal", "xn--local", "8.8.8.8", "198.51.100.5", "2001:db8::1"] {
        assert!(!made.may_vouch_for(name), "{name}");
    }
}

#[cfg(unix)]
#[test]
fn keys_are_private() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    Certificate::open(folder.path(), &names(&["desk.local"]), LocalName::default(), Timestamp::now())
        .unwrap();
    for file in fs::read_dir(folder.path().join("tls")).unwrap() {
        let path = file.unwrap().path();
        let mode = fs::metadata(&path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode, 0o600, "{}", path.display());
    }
}

#[test]
fn the_owners_files_are_read_again_and_nonsense_is_not_taken() {
    let [one, other] = [tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap()];
    for folder in [&one, &other] {
        Certificate::open(folder.path(), &names(&["desk.local"]), LocalName::default(), Timestamp::now())
            .unwrap();
    }
    let file = |folder: &tempfile::TempDir, name| folder.path().join("tls").join(name);
    let source = CertificateSource::Files { chain: file(&one, CHAIN), key: file(&one, KEY) };
    let certificate =
        Certificate::open(other.path(), &source, LocalName::default(), Timestamp::now()).unwrap();
    let before = certificate.fingerprint();
    assert_eq!(certificate.authority(), None, "the owner knows who vouches for it");

    fs::write(file(&one, CHAIN), "nonsense").unwrap();
    certificate.read_again();
    assert_eq!(certificate.fingerprint(), before);
    fs::copy(file(&other, CHAIN), file(&one, CHAIN)).unwrap();
    certificate.read_again();
    assert_eq!(certificate.fingerprint(), before, "another certificate with the old key");
    fs::copy(file(&other, KEY), file(&one, KEY)).unwrap();
    certificate.read_again();
    assert_ne!(certificate.fingerprint(), before);
}
