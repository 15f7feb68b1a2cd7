//! Sounds from arbitrary bytes: what is stored is playable on a phone, and not too long.
#![no_main]

use benspamsphones_sound::{MAX_SECONDS, Prepared, prepare};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|file: &[u8]| {
    match prepare(file) {
        Ok(Prepared::Converted(wav)) => {
            assert!(wav.len() <= 44 + 16_000 * usize::try_from(MAX_SECONDS).expect("it fits"));
            assert_eq!(prepare(&wav), Ok(Prepared::Wav), "what was converted needs no converting");
        }
        Ok(Prepared::Mp3) => assert!(file.contains(&0xff), "there is a frame"),
        Ok(Prepared::Wav) => assert!(file.starts_with(b"RIFF")),
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
