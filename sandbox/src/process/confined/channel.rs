//! Frames between the host and a job's process, over a pair of sockets that only these two have.
//!
//! A question carries a token of random bytes that its answer repeats, so that what a program writes to the socket by
//! accident is no answer. One that looks for the token finds it, as it would find the guest's functions.

use std::collections::VecDeque;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{AddressFamily, RecvFlags, SendFlags, SocketFlags, SocketType, recv, send, socketpair};
use rustix::rand::{GetRandomFlags, getrandom};

const TOKEN: usize = 16;
const HEAD: usize = TOKEN + size_of::<u64>();
const CHUNK: usize = 64 << 10;

/// Random bytes, which a process knows from its question alone.
type Token = [u8; TOKEN];

/// The host's end.
#[derive(Debug)]
pub(super) struct Channel {
    socket: OwnedFd,
    outgoing: Vec<u8>,
    sent: usize,
    incoming: Vec<u8>,
    /// What has no answer yet. A second question may be written before the first is answered.
    asked: VecDeque<Token>,
    /// Bytes of an answer at most: more cannot come from memory that is limited to as many.
    most: u64,
}

/// What has come.
#[derive(Debug)]
pub(super) enum Incoming {
    /// Not all of an answer yet.
    Nothing,
    Answer(Vec<u8>),
    /// Bytes that are no answer to what was asked.
    Noise,
    /// The other end is closed.
    Closed,
}

impl Channel {
    /// The host's end and the process's.
    pub(super) fn pair(most: u64) -> Result<(Self, OwnedFd), Errno> {
        let (host, guest) = socketpair(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
        let channel =
            Self { socket: host, outgoing: Vec::new(), sent: 0, incoming: Vec::new(), asked: VecDeque::new(), most };
        Ok((channel, guest))
    }

    /// Adds a question to what is to be written.
    pub(super) fn ask(&mut self, frame: &[u8]) -> Result<(), Errno> {
        let mut token = Token::default();
        getrandom(&mut token, GetRandomFlags::empty())?;
        self.outgoing.drain(..self.sent);
        self.sent = 0;
        self.outgoing.extend_from_slice(&token);
        self.outgoing.extend_from_slice(&(frame.len() as u64).to_le_bytes());
        self.outgoing.extend_from_slice(frame);
        self.asked.push_back(token);
        Ok(())
    }

    /// Whether there is something to write.
    pub(super) fn is_pending(&self) -> bool {
        self.sent < self.outgoing.len()
    }

    /// Writes as much as there is room for.
    pub(super) fn write(&mut self) -> Result<(), Errno> {
        while self.is_pending() {
            match send(&self.socket, &self.outgoing[self.sent..], SendFlags::NOSIGNAL | SendFlags::DONTWAIT) {
                Ok(length) => self.sent += length,
                Err(Errno::AGAIN) => break,
                Err(Errno::INTR) => {}
                // Whoever reads will find that the other end is closed.
                Err(Errno::PIPE | Errno::CONNRESET) => self.sent = self.outgoing.len(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Reads what is there. One answer at a time: the next may lie here already.
    pub(super) fn read(&mut self) -> Result<Incoming, Errno> {
        let mut chunk = [0; CHUNK];
        loop {
            match self.take() {
                Incoming::Nothing => {}
                come => return Ok(come),
            }
            match recv(&self.socket, &mut chunk[..], RecvFlags::DONTWAIT) {
                Ok((_, 0)) | Err(Errno::CONNRESET) => return Ok(Incoming::Closed),
                Ok((_, length)) => self.incoming.extend_from_slice(&chunk[..length]),
                Err(Errno::AGAIN) => return Ok(Incoming::Nothing),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    fn take(&mut self) -> Incoming {
        let Some((token, rest)) = self.incoming.split_first_chunk::<TOKEN>() else { return Incoming::Nothing };
        if self.asked.front() != Some(token) {
            return Incoming::Noise;
        }
        let Some((length, body)) = rest.split_first_chunk() else { return Incoming::Nothing };
        let length = u64::from_le_bytes(*length);
        if length > self.most {
            return Incoming::Noise;
        }
        if (body.len() as u64) < length {
            return Incoming::Nothing;
        }
        let answer = body[..length as usize].to_vec();
        self.incoming.drain(..HEAD + answer.len());
        self.asked.pop_front();
        Incoming::Answer(answer)
    }
}

impl AsFd for Channel {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }
}
