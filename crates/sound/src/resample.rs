//! Resamples to the telephone's rate.

use rubato::audioadapter_buffers::direct::InterleavedSlice;
use rubato::{
    Async, FixedAsync, Indexing, Resampler as _, SincInterpolationParameters, SincInterpolationType,
    WindowFunction,
};

use crate::{MAX_SECONDS, SoundFileError, TELEPHONE_RATE};

const CHUNK: usize = 1_024;
/// In Hz; wider than any recorder uses. Other rates mean a damaged file.
pub(crate) const RATES: std::ops::RangeInclusive<u32> = 1_000..=768_000;

/// Takes one channel chunk by chunk, so a long sound is never in memory as a whole.
pub(crate) struct Telephone {
    rate: u32,
    resampler: Option<Async<f32>>,
    waiting: Vec<f32>,
    taken: u64,
    /// Samples at the start that are only the filter's delay.
    to_skip: usize,
    samples: Vec<i16>,
}

impl Telephone {
    pub(crate) fn new(rate: u32) -> Result<Self, SoundFileError> {
        if !RATES.contains(&rate) {
            return Err(SoundFileError::Damaged);
        }
        let resampler = if rate == TELEPHONE_RATE { None } else { Some(resampler(rate)?) };
        let to_skip = resampler.as_ref().map_or(0, |resampler| resampler.output_delay());
        Ok(Self { rate, resampler, waiting: Vec::new(), taken: 0, to_skip, samples: Vec::new() })
    }

    pub(crate) fn rate(&self) -> u32 {
        self.rate
    }

    pub(crate) fn take(&mut self, samples: impl Iterator<Item = f32>) -> Result<(), SoundFileError> {
        let before = self.waiting.len();
        self.waiting.extend(samples);
        self.taken += u64::try_from(self.waiting.len() - before).unwrap_or(u64::MAX);
        if self.taken > u64::from(self.rate) * u64::from(MAX_SECONDS) {
            return Err(SoundFileError::TooLong);
        }
        let whole = self.waiting.len() / CHUNK * CHUNK;
        let chunks: Vec<f32> = self.waiting.drain(..whole).collect();
        chunks.chunks(CHUNK).try_for_each(|chunk| self.write(chunk, None))
    }

    pub(crate) fn finish(mut self) -> Result<Vec<i16>, SoundFileError> {
        let expected = self.taken * u64::from(TELEPHONE_RATE) / u64::from(self.rate);
        let expected = usize::try_from(expected.max(u64::from(self.taken > 0))).unwrap_or(usize::MAX);
        let rest = std::mem::take(&mut self.waiting);
        if !rest.is_empty() {
            let length = rest.len();
            self.write(&rest, Some(length))?;
        }
        while self.resampler.is_some() && self.samples.len() < expected {
            // Silence pushes out what is still in the filter.
            self.write(&[0.0; CHUNK], None)?;
        }
        self.samples.truncate(expected);
        Ok(self.samples)
    }

    fn write(&mut self, chunk: &[f32], partial_len: Option<usize>) -> Result<(), SoundFileError> {
        let resampled = match self.resampler.as_mut() {
            None => chunk.to_vec(),
            Some(resampler) => {
                let indexing = Indexing { partial_len, ..Indexing::default() };
                let buffer =
                    InterleavedSlice::new(chunk, 1, chunk.len()).map_err(|_| SoundFileError::Damaged)?;
                let resampled =
                    resampler.process(&buffer, Some(&indexing)).map_err(|_| SoundFileError::Damaged)?;
                resampled.take_data()
            }
        };
        let skipped = self.to_skip.min(resampled.len());
        self.to_skip -= skipped;
        self.samples.extend(resampled[skipped..].iter().map(|sample| of_16_bits(*sample)));
        Ok(())
    }
}

fn resampler(rate: u32) -> Result<Async<f32>, SoundFileError> {
    let quality = SincInterpolationParameters::new(128, WindowFunction::BlackmanHarris2)
        .interpolation(SincInterpolationType::Linear);
    let ratio = f64::from(TELEPHONE_RATE) / f64::from(rate);
    Async::new_sinc(ratio, 1.0, &quality, CHUNK, 1, FixedAsync::Input).map_err(|_| SoundFileError::Damaged)
}

fn of_16_bits(sample: f32) -> i16 {
    // Some recorders exceed full scale; NaN becomes silence.
    let sample = if sample.is_nan() { 0.0 } else { sample.clamp(-1.0, 1.0) };
    (sample * f32::from(i16::MAX)).round() as i16
}
