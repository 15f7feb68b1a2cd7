//! The bytes of a connection: detects the first ones, and closes so that the last answer arrives.
//!
//! An unwanted body is answered while it is still being sent. If the connection were closed at once, the system would
//! discard the answer together with the unread data, and the client would see a broken connection instead of the
//! reason. So the sending side is closed, and the rest is read and dropped, within limits (RFC 9112, 9.6).

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

use super::places::Connection;

/// The most that is read and dropped, in bytes. A client that sends more sees the connection break.
const MOST: usize = 8 * 1024 * 1024;
const LONGEST: Duration = Duration::from_secs(2);

pub(super) struct Watched<S> {
    stream: S,
    connection: Connection,
    has_begun: bool,
    closing: Closing,
}

enum Closing {
    No,
    ReadsOn { left: usize, until: Pin<Box<Sleep>> },
}

impl<S> Watched<S> {
    pub(super) fn new(stream: S, connection: Connection) -> Self {
        Self { stream, connection, has_begun: false, closing: Closing::No }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Watched<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if !self.has_begun && buffer.filled().len() > before {
            self.has_begun = true;
            self.connection.began();
        }
        Poll::Ready(Ok(()))
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Watched<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = &mut *self;
        if matches!(this.closing, Closing::No) {
            ready!(Pin::new(&mut this.stream).poll_shutdown(cx))?;
            if !this.connection.may_still_send() {
                return Poll::Ready(Ok(()));
            }
            this.closing = Closing::ReadsOn { left: MOST, until: Box::pin(sleep(LONGEST)) };
        }
        let Closing::ReadsOn { left, until } = &mut this.closing else { return Poll::Ready(Ok(())) };
        let mut dropped = [0; 4 * 1024];
        while *left > 0 && until.as_mut().poll(cx).is_pending() {
            let mut dropped = ReadBuf::new(&mut dropped);
            let read = ready!(Pin::new(&mut this.stream).poll_read(cx, &mut dropped));
            let length = dropped.filled().len();
            if read.is_err() || length == 0 {
                break;
            }
            *left = left.saturating_sub(length);
        }
        Poll::Ready(Ok(()))
    }
}
