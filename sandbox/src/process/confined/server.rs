//! A warm Python that forks a process for each job. Owns its start, its orders and its end.
//!
//! The rules that hold it are put on a thread of its own, which starts it and ends: a process takes over the rules of the
//! thread that starts it, and nothing of this program's is held by them.

use std::io::IoSlice;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, ExitStatus, Stdio};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fd::{BorrowedFd, OwnedFd};
use rustix::io::Errno;
use rustix::net::{
    AddressFamily, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recv,
    send, sendmsg, socketpair,
};
use rustix::pipe::{PipeFlags, pipe_with};
use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use serde::{Deserialize, Serialize};

use super::clocks::Clocks;
use super::files;
use crate::error::HostError;
use crate::process::installation::Installation;
use crate::process::modules::modules;

/// Reads what it is to be, and goes on with `server.py`.
const BOOT: &str = "import json, socket; control = socket.socket(fileno=0); \
                    modules, preload = json.loads(control.recv(1 << 20)); \
                    exec(compile(modules['server'], 'server.py', 'exec'))";

/// What starting may take on a machine that is busy, and what an order may.
const START: Duration = Duration::from_secs(120);
const ORDER: Duration = Duration::from_secs(60);

/// A warm Python that forks a process for each job.
#[derive(Debug)]
pub(super) struct Server {
    process: Child,
    control: OwnedFd,
    /// What it writes where nobody should have to look.
    said: OwnedFd,
    lost: bool,
}

/// What a process is for.
#[derive(Debug, Clone, Copy, Serialize)]
pub(super) struct Task {
    /// Bytes of address space.
    pub(super) memory: u64,
    /// Seconds of processor time, past which the kernel kills by itself.
    pub(super) seconds: u64,
    /// Whether test scripts will judge the program.
    pub(super) judged: bool,
}

/// What the server says of a process that was ended.
#[derive(Debug, Deserialize)]
struct Ended {
    status: i32,
    cpu: f64,
    memory: u64,
    lingered: bool,
}

/// How a process ended, and what it used in all.
#[derive(Debug)]
pub(super) struct Remains {
    pub(super) status: ExitStatus,
    pub(super) cpu: Duration,
    pub(super) memory: u64,
    /// Whether it was there still, and had to be ended.
    pub(super) lingered: bool,
}

#[derive(Deserialize)]
struct Ready {
    #[serde(rename = "ready")]
    _ready: bool,
}

#[derive(Deserialize)]
struct Started {
    pid: u32,
}

impl Server {
    pub(super) fn start(installation: &Installation) -> Result<Self, HostError> {
        let flags = SocketFlags::CLOEXEC;
        let (control, theirs) =
            socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None).map_err(kernel("a pair of sockets"))?;
        let (said, saying) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).map_err(kernel("a pipe"))?;
        let process = spawn(installation, theirs, saying)?;
        let mut server = Self { process, control, said, lost: false };
        let preload = installation.preload();
        server.order(&serde_json::to_vec(&(modules(), preload)).expect("texts are JSON"), &[])?;
        server.answer::<Ready>(START)?;
        // A fork takes none but its own thread along, and waits for ever for a lock that another one held.
        let threads = Clocks::of(server.process.id()).and_then(|mut clocks| clocks.look());
        match threads.map_err(refused("a process's state"))?.threads {
            1 => Ok(server),
            _ => Err(HostError::Instantiate(format!("importing {} starts threads; preload less", preload.join(", ")))),
        }
    }

    /// Forks a process that has these open as input, output, error output and channel.
    pub(super) fn fork(&mut self, task: &Task, descriptors: [BorrowedFd<'_>; 4]) -> Result<u32, HostError> {
        self.order(&serde_json::to_vec(task).expect("numbers are JSON"), &descriptors)?;
        Ok(self.answer::<Started>(ORDER)?.pid)
    }

    /// Ends the process, where it has not ended already.
    pub(super) fn end(&mut self) -> Result<Remains, HostError> {
        self.order(b"end", &[])?;
        self.remains()
    }

    /// The same, of a process that hung up: it has a moment to end by itself, so that it is known what ended it.
    pub(super) fn part(&mut self) -> Result<Remains, HostError> {
        self.order(b"part", &[])?;
        self.remains()
    }

    fn remains(&mut self) -> Result<Remains, HostError> {
        let Ended { status, cpu, memory, lingered } = self.answer(ORDER)?;
        let cpu = Duration::try_from_secs_f64(cpu).unwrap_or_default();
        Ok(Remains { status: ExitStatus::from_raw(status), cpu, memory, lingered })
    }

    /// Whether it cannot be used any more.
    pub(super) fn is_lost(&self) -> bool {
        self.lost
    }

    fn order(&mut self, text: &[u8], descriptors: &[BorrowedFd<'_>]) -> Result<(), HostError> {
        let sent = match descriptors {
            [] => send(&self.control, text, SendFlags::NOSIGNAL),
            descriptors => {
                let mut space = [std::mem::MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(4))];
                let mut control = SendAncillaryBuffer::new(&mut space);
                control.push(SendAncillaryMessage::ScmRights(descriptors));
                sendmsg(&self.control, &[IoSlice::new(text)], &mut control, SendFlags::NOSIGNAL)
            }
        };
        sent.map(drop).map_err(|error| self.lose(&error.to_string()))
    }

    fn answer<T: for<'a> Deserialize<'a>>(&mut self, patience: Duration) -> Result<T, HostError> {
        let mut bytes = [0; 4096];
        let length =
            match self.wait(patience).and_then(|()| Ok(recv(&self.control, &mut bytes[..], RecvFlags::empty())?.1)) {
                Ok(0) => return Err(self.lose("it ended")),
                Ok(length) => length,
                Err(error) => return Err(self.lose(&error.to_string())),
            };
        serde_json::from_slice(&bytes[..length.min(bytes.len())]).map_err(|error| self.lose(&error.to_string()))
    }

    fn wait(&self, patience: Duration) -> Result<(), Errno> {
        let timeout = Timespec { tv_sec: patience.as_secs().cast_signed(), tv_nsec: 0 };
        loop {
            match poll(&mut [PollFd::new(&self.control, PollFlags::IN)], Some(&timeout)) {
                Ok(0) => return Err(Errno::TIMEDOUT),
                Ok(_) => return Ok(()),
                Err(Errno::INTR) => {}
                Err(error) => return Err(error),
            }
        }
    }

    /// A server that did not do as it was told is not asked again.
    fn lose(&mut self, reason: &str) -> HostError {
        self.lost = true;
        drop(self.process.kill());
        drop(self.process.wait());
        let mut said = vec![0; 64 << 10];
        let length = rustix::io::read(&self.said, &mut said[..]).unwrap_or_default();
        let said = String::from_utf8_lossy(&said[..length]);
        let last = said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or("it said nothing");
        HostError::Instantiate(format!("the Python that forks jobs does not answer: {reason}; {last}"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // What it forked ends with it: the kernel sees to that.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn spawn(installation: &Installation, control: OwnedFd, saying: OwnedFd) -> Result<Child, HostError> {
    let saying_too = saying.try_clone().map_err(refused("a pipe"))?;
    let mut command = installation.command();
    command.arg(BOOT).stdin(Stdio::from(control)).stdout(Stdio::from(saying)).stderr(Stdio::from(saying_too));
    // Not the terminal's: whoever interrupts this program interrupts no other.
    command.process_group(0);
    let restricted = || {
        let nothing = CapabilitySet::empty();
        let none = CapabilitySets { effective: nothing, permitted: nothing, inheritable: nothing };
        set_capabilities(None, none).map_err(kernel("to give up privileges"))?;
        files::restrict(installation.readable()).map_err(refused("rules for files"))?;
        command.spawn().map_err(refused("to start Python"))
    };
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name("sandbox starts Python".to_owned());
        let thread = thread.spawn_scoped(scope, restricted).map_err(refused("a thread"))?;
        thread.join().unwrap_or(Err(HostError::Panicked))
    })
}

/// What to make of a kernel's refusal.
pub(super) fn kernel(what: &'static str) -> impl Fn(Errno) -> HostError {
    move |error| refused(what)(error)
}

pub(super) fn refused<E: std::fmt::Display>(what: &'static str) -> impl Fn(E) -> HostError {
    move |error| HostError::Kernel { what, reason: error.to_string() }
}
