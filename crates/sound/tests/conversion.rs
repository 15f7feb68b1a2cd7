//! Converts sound files of other programs and checks the tone in the result.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use benspamsphones_sound::{MAX_SECONDS, Prepared, SoundFileError, prepare};

/// One second of the tone in `tests/files`: 1 kHz at half of full scale.
fn tone(rate: u32) -> impl Iterator<Item = f64> {
    (0..rate).map(move |at| (std::f64::consts::TAU * 1_000.0 * f64::from(at) / f64::from(rate)).sin() * 0.5)
}

/// `encoding`: 1 is PCM, 3 is floating point.
fn wav(encoding: u16, channels: u16, rate: u32, bits: u16, data: &[u8]) -> Vec<u8> {
    let block = channels * bits / 8;
    let size = u32::try_from(data.len()).unwrap();
    let head: Vec<u8> = [
        b"RIFF".to_vec(),
        (size + 36).to_le_bytes().to_vec(),
        b"WAVEfmt \x10\0\0\0".to_vec(),
        encoding.to_le_bytes().to_vec(),
        channels.to_le_bytes().to_vec(),
        rate.to_le_bytes().to_vec(),
        (rate * u32::from(block)).to_le_bytes().to_vec(),
        block.to_le_bytes().to_vec(),
        bits.to_le_bytes().to_vec(),
        b"data".to_vec(),
        size.to_le_bytes().to_vec(),
    ]
    .concat();
    [&head, data].concat()
}

/// Checks format and length of a converted file, and the tone away from both ends, where codecs fade.
fn assert_tone(file: &[u8], seconds: f64, what: &str) {
    let Ok(Prepared::Converted(wav)) = prepare(file) else { panic!("{what}: {:?}", prepare(file)) };
    assert_eq!(&wav[..4], b"RIFF");
    assert_eq!(wav[20..36], *b"\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0", "{what}");
    let samples: Vec<f64> = wav[44..]
        .chunks_exact(2)
        .map(|sample| f64::from(i16::from_le_bytes([sample[0], sample[1]])) / f64::from(i16::MAX))
        .collect();
    let lasts = samples.len() as f64 / 8_000.0;
    assert!((lasts - seconds).abs() < 0.09, "{what} lasts {lasts} s");
    let middle = &samples[samples.len() / 3..samples.len() * 2 / 3];
    // The power at 1 kHz, by Goertzel's filter.
    let (mut one, mut two) = (0.0, 0.0);
    let turn = 2.0 * (std::f64::consts::TAU * 1_000.0 / 8_000.0).cos();
    for sample in middle {
        (one, two) = (sample + turn * one - two, one);
    }
    let length = middle.len() as f64;
    let loudness = (one * one + two * two - turn * one * two).sqrt() * 2.0 / length;
    assert!((0.4..0.6).contains(&loudness), "{what}: the tone has a loudness of {loudness}");
    let all = (middle.iter().map(|sample| sample * sample).sum::<f64>() * 2.0 / length).sqrt();
    assert!(all - loudness < 0.06, "{what}: {all} is heard, of which the tone is {loudness}");
}

#[test]
fn files_of_phones_and_recorders_are_converted() {
    for (file, seconds, what) in [
        (include_bytes!("files/tone.m4a").as_slice(), 0.3, "AAC in M4A"),
        (include_bytes!("files/tone.aac"), 0.3, "AAC alone"),
        (include_bytes!("files/alac.m4a"), 0.12, "ALAC in M4A"),
        (include_bytes!("files/tone.flac"), 0.15, "FLAC"),
        (include_bytes!("files/vorbis.ogg"), 0.3, "Ogg Vorbis"),
        (include_bytes!("files/tone.aiff"), 0.1, "AIFF"),
    ] {
        assert_tone(file, seconds, what);
        let tagged = [&b"ID3\x04\0\0\0\0\0\x05abcde"[..], file].concat();
        assert_tone(&tagged, seconds, &format!("{what} behind an ID3 tag"));
    }
}

#[test]
fn wavs_that_no_telephone_plays_are_converted() {
    for rate in [6_000, 11_025, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000] {
        let of_16: Vec<u8> =
            tone(rate).flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
        assert_tone(&wav(1, 1, rate, 16, &of_16), 1.0, &format!("{rate} Hz"));
    }
    let of_24: Vec<u8> = tone(44_100)
        .flat_map(|sample| {
            let bytes = ((sample * 8_388_607.0) as i32).to_le_bytes();
            [bytes[0], bytes[1], bytes[2]].repeat(2)
        })
        .collect();
    assert_tone(&wav(1, 2, 44_100, 24, &of_24), 1.0, "24 bits, stereo");
    let float: Vec<u8> = tone(48_000).flat_map(|sample| (sample as f32).to_le_bytes()).collect();
    assert_tone(&wav(3, 1, 48_000, 32, &float), 1.0, "floating point");
    let stereo: Vec<u8> =
        tone(8_000).flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes().repeat(2)).collect();
    assert_tone(&wav(1, 2, 8_000, 16, &stereo), 1.0, "8 kHz, stereo");
    let mono: Vec<u8> = tone(8_000).flat_map(|sample| ((sample * 32_767.0) as i16).to_le_bytes()).collect();
    let cut = wav(1, 1, 8_000, 16, &mono);
    assert_tone(&cut[..cut.len() - 1_000], 0.94, "cut short");
}

#[test]
fn what_telephones_play_stays_as_it_is() {
    assert_eq!(prepare(include_bytes!("files/tone.mp3")), Ok(Prepared::Mp3));
    for (encoding, bits) in [(1, 8), (1, 16), (6, 8), (7, 8)] {
        assert_eq!(prepare(&wav(encoding, 1, 8_000, bits, &[0; 800])), Ok(Prepared::Wav));
    }
}

#[test]
fn opus_is_named() {
    for file in [include_bytes!("files/opus.ogg").as_slice(), include_bytes!("files/opus.webm")] {
        let error = prepare(file).unwrap_err();
        assert!(error.to_string().contains("Opus"), "{error}");
    }
}

#[test]
fn what_is_broken_or_too_long_is_refused() {
    let flac = include_bytes!("files/tone.flac");
    for length in [4, 8, 42] {
        assert!(prepare(&flac[..length]).is_err(), "{length} bytes");
    }
    let m4a = include_bytes!("files/tone.m4a");
    for length in [8, 32, 200] {
        assert!(prepare(&m4a[..length]).is_err(), "{length} bytes");
    }
    assert_eq!(prepare(&wav(1, 1, 8_000, 16, &[])), Err(SoundFileError::Silent));
    assert_eq!(prepare(&wav(1, 1, 1, 16, &[0; 800])), Err(SoundFileError::Damaged), "one sample a second");
    let long = vec![0; usize::try_from(16_000 * (MAX_SECONDS + 1)).unwrap()];
    assert_eq!(prepare(&wav(1, 2, 4_000, 16, &long)), Err(SoundFileError::TooLong));
}
