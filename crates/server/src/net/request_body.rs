//! A request's body as it arrives: with a deadline, and in few pieces.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::BoxError;
use axum::body::Bytes;
use hyper::body::{Body, Frame, Incoming, SizeHint};
use tokio::time::{Instant, Sleep, sleep_until};

use super::bounds::ConnectionBounds;
use super::visit::Visit;

/// Pieces of at least this many bytes are passed on at once. A small piece would keep a whole buffer of the connection
/// alive, and a body may arrive one byte at a time.
const PIECE: usize = 16 * 1024;

pub(super) struct RequestBody<B = Incoming> {
    body: B,
    visit: Visit,
    gathered: Vec<u8>,
    waits: bool,
    ended: bool,
    stranger: Duration,
    between: Duration,
    last_piece: Instant,
    due: Option<Pin<Box<Sleep>>>,
}

#[derive(Debug, thiserror::Error)]
#[error("the body did not come in time")]
pub(crate) struct TooSlow;

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> RequestBody<B> {
    pub(super) fn new(body: B, visit: Visit, bounds: &ConnectionBounds) -> Self {
        Self {
            body,
            visit,
            gathered: Vec::new(),
            waits: false,
            ended: false,
            stranger: bounds.stranger,
            between: bounds.body,
            last_piece: Instant::now(),
            due: None,
        }
    }

    fn waits(&mut self, waits: bool) {
        match (self.waits, waits) {
            (false, true) => self.visit.waits(),
            (true, false) => self.visit.goes_on(),
            (true, true) | (false, false) => {}
        }
        self.waits = waits;
    }

    fn is_late(&mut self, cx: &mut Context<'_>) -> bool {
        let due = if self.visit.is_let_in() {
            self.last_piece + self.between
        } else {
            self.visit.since() + self.stranger
        };
        let sleep = self.due.get_or_insert_with(|| Box::pin(sleep_until(due)));
        if sleep.deadline() != due {
            sleep.as_mut().reset(due);
        }
        sleep.as_mut().poll(cx).is_ready()
    }

    fn hand_on(&mut self) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        Poll::Ready(Some(Ok(Frame::data(std::mem::take(&mut self.gathered).into()))))
    }
}

impl<B: Body<Data = Bytes, Error: Into<BoxError>> + Unpin> Body for RequestBody<B> {
    type Data = Bytes;
    type Error = BoxError;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
        let this = self.get_mut();
        while !this.ended {
            let Poll::Ready(next) = Pin::new(&mut this.body).poll_frame(cx) else {
                this.waits(true);
                return if this.is_late(cx) { Poll::Ready(Some(Err(TooSlow.into()))) } else { Poll::Pending };
            };
            this.waits(false);
            this.last_piece = Instant::now();
            match next {
                Some(Ok(frame)) => {
                    // No route uses trailers.
                    let Ok(data) = frame.into_data() else { continue };
                    if this.gathered.is_empty() && data.len() >= PIECE {
                        if this.body.is_end_stream() {
                            this.ended = true;
                            this.visit.was_read();
                        }
                        return Poll::Ready(Some(Ok(Frame::data(data))));
                    }
                    this.gathered.extend_from_slice(&data);
                    if this.body.is_end_stream() {
                        this.ended = true;
                    } else if this.gathered.len() >= PIECE {
                        return this.hand_on();
                    }
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error.into()))),
                None => this.ended = true,
            }
        }
        this.visit.was_read();
        if this.gathered.is_empty() { Poll::Ready(None) } else { this.hand_on() }
    }

    fn is_end_stream(&self) -> bool {
        self.gathered.is_empty() && (self.ended || self.body.is_end_stream())
    }

    fn size_hint(&self) -> SizeHint {
        let gathered = self.gathered.len() as u64;
        let rest = self.body.size_hint();
        let mut hint = SizeHint::new();
        if let Some(upper) = rest.upper() {
            hint.set_upper(upper + gathered);
        }
        hint.set_lower(rest.lower() + gathered);
        hint
    }
}

impl<B> Drop for RequestBody<B> {
    fn drop(&mut self) {
        if self.waits {
            self.visit.goes_on();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::VecDeque;

    use super::*;
    use crate::net::places::Places;

    /// Pieces that share one large buffer, as hyper passes them on.
    struct Pieces(VecDeque<Bytes>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = BoxError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, BoxError>>> {
            Poll::Ready(self.0.pop_front().map(|piece| Ok(Frame::data(piece))))
        }
    }

    async fn pieces(pieces: impl Iterator<Item = Bytes>) -> Vec<Bytes> {
        let place = Places::new(ConnectionBounds::default()).take([127, 0, 0, 1].into());
        let visit = Visit::begin(place.connection(), None);
        let body = RequestBody::new(Pieces(pieces.collect()), visit, &ConnectionBounds::default());
        let mut body = std::pin::pin!(body);
        let mut handed_on = Vec::new();
        while let Some(frame) = std::future::poll_fn(|cx| body.as_mut().poll_frame(cx)).await {
            handed_on.push(frame.unwrap().into_data().unwrap());
        }
        handed_on
    }

    #[tokio::test]
    async fn a_body_that_comes_a_byte_at_a_time_holds_no_buffer_for_each() {
        let buffer = Bytes::from(vec![7; 8 * 1024]);
        let handed_on = pieces((0..40_000).map(|_| buffer.slice(..1))).await;
        assert_eq!(handed_on.iter().map(Bytes::len).collect::<Vec<_>>(), [16_384, 16_384, 7_232]);
        assert!(buffer.is_unique(), "none of it is held");
        assert!(pieces(std::iter::empty()).await.is_empty());
    }

    #[tokio::test]
    async fn a_large_piece_is_handed_on_as_it_is() {
        let large = Bytes::from(vec![7; PIECE]);
        let handed_on = pieces([large.clone()].into_iter()).await;
        assert_eq!(handed_on[0].as_ptr(), large.as_ptr());
    }
}
