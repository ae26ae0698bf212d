//! Which system calls a job may make: what computing, threads, clocks and its own descriptors need. The kernel's seccomp
//! holds it to that. Every other call fails as on a kernel that does not have it, which is what C libraries expect.
//!
//! The list is of what is allowed, so that what a later kernel adds is not. Its numbers come from the C library's
//! headers.

use libc::{
    AF_UNIX, CLONE_THREAD, F_DUPFD, F_DUPFD_CLOEXEC, F_GETFD, F_GETFL, F_GETLK, F_GETPIPE_SZ, F_SETFD, F_SETFL,
    F_SETLK, F_SETLKW, FIOCLEX, FIONBIO, FIONCLEX, FIONREAD, O_ACCMODE, O_RDWR, O_TRUNC, O_WRONLY, PR_GET_NAME,
    PR_SET_NAME, SO_DOMAIN, SO_ERROR, SO_PROTOCOL, SO_TYPE, SOCK_STREAM, TCGETS, TIOCGWINSZ,
};
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule,
    TargetArch, apply_filter,
};

/// Allowed whatever the arguments are.
const FREE: &[i64] = &[
    // Descriptors that are open already, and names of files: what can be opened is for the rules of files.
    libc::SYS_read,
    libc::SYS_readv,
    libc::SYS_pread64,
    libc::SYS_preadv,
    libc::SYS_write,
    libc::SYS_writev,
    libc::SYS_pwrite64,
    libc::SYS_pwritev,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_close_range,
    libc::SYS_dup,
    libc::SYS_dup3,
    libc::SYS_pipe2,
    libc::SYS_fstat,
    libc::SYS_newfstatat,
    libc::SYS_statx,
    libc::SYS_statfs,
    libc::SYS_fstatfs,
    libc::SYS_faccessat,
    libc::SYS_faccessat2,
    libc::SYS_readlinkat,
    libc::SYS_getdents64,
    libc::SYS_getcwd,
    libc::SYS_fsync,
    libc::SYS_fdatasync,
    libc::SYS_flock,
    libc::SYS_umask,
    // Waiting for descriptors.
    libc::SYS_ppoll,
    libc::SYS_pselect6,
    libc::SYS_epoll_create1,
    libc::SYS_epoll_ctl,
    libc::SYS_epoll_pwait,
    libc::SYS_eventfd2,
    libc::SYS_timerfd_create,
    libc::SYS_timerfd_settime,
    libc::SYS_timerfd_gettime,
    // A pair of sockets, which an event loop wakes itself by.
    libc::SYS_recvfrom,
    libc::SYS_recvmsg,
    libc::SYS_sendmsg,
    libc::SYS_shutdown,
    libc::SYS_getsockname,
    libc::SYS_getpeername,
    // Memory.
    libc::SYS_brk,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mprotect,
    libc::SYS_mremap,
    libc::SYS_madvise,
    libc::SYS_msync,
    libc::SYS_mincore,
    // Threads, and the end.
    libc::SYS_futex,
    libc::SYS_set_robust_list,
    libc::SYS_set_tid_address,
    libc::SYS_rseq,
    libc::SYS_gettid,
    libc::SYS_sched_yield,
    libc::SYS_membarrier,
    libc::SYS_getcpu,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
    libc::SYS_wait4,
    libc::SYS_waitid,
    // Time.
    libc::SYS_gettimeofday,
    libc::SYS_nanosleep,
    libc::SYS_times,
    libc::SYS_getitimer,
    libc::SYS_setitimer,
    libc::SYS_timer_create,
    libc::SYS_timer_settime,
    libc::SYS_timer_gettime,
    libc::SYS_timer_getoverrun,
    libc::SYS_timer_delete,
    // Its own signals.
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_rt_sigpending,
    libc::SYS_rt_sigsuspend,
    libc::SYS_rt_sigtimedwait,
    libc::SYS_sigaltstack,
    // Who and where it is.
    libc::SYS_getpid,
    libc::SYS_getppid,
    libc::SYS_getuid,
    libc::SYS_geteuid,
    libc::SYS_getgid,
    libc::SYS_getegid,
    libc::SYS_getresuid,
    libc::SYS_getresgid,
    libc::SYS_getgroups,
    libc::SYS_getrusage,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_getrandom,
];

/// The older ways to ask the same, which later processors do not have.
#[cfg(target_arch = "x86_64")]
const OLDER: &[i64] = &[
    libc::SYS_stat,
    libc::SYS_lstat,
    libc::SYS_access,
    libc::SYS_readlink,
    libc::SYS_getdents,
    libc::SYS_dup2,
    libc::SYS_pipe,
    libc::SYS_poll,
    libc::SYS_select,
    libc::SYS_epoll_create,
    libc::SYS_epoll_wait,
    libc::SYS_eventfd,
    libc::SYS_alarm,
    libc::SYS_pause,
    libc::SYS_time,
    libc::SYS_getpgrp,
    libc::SYS_getrlimit,
    libc::SYS_setrlimit,
    libc::SYS_arch_prctl,
];
#[cfg(not(target_arch = "x86_64"))]
const OLDER: &[i64] = &[];

/// What an argument must be.
#[derive(Clone, Copy)]
enum Must {
    Be(u64),
    BeAtMost(u64),
    NotBe(u64),
    /// Of the bits in the mask it must have exactly these.
    Have {
        mask: u64,
        bits: u64,
    },
}

/// Allowed where, for some of the lines that name the call, every argument is as it must be.
fn bound(process: u32) -> Vec<(i64, Vec<(u8, Must)>)> {
    use Must::{Be, BeAtMost, Have, NotBe};
    let own = u64::from(process);
    let one = |call, argument, must| (call, vec![(argument, must)]);
    let any = |call, argument, values: &[u64]| {
        let values = values.iter().map(|value| one(call, argument, Be(*value)));
        values.collect::<Vec<_>>()
    };
    let flags = |flags: i32| flags.cast_unsigned().into();
    let mut bound = vec![
        // A thread, and no process. `clone3`, whose flags lie in memory, is left out: C libraries then take this.
        one(libc::SYS_clone, 0, Have { mask: flags(CLONE_THREAD), bits: flags(CLONE_THREAD) }),
        // Whatever is killed by this signal was killed by the machine.
        (libc::SYS_kill, vec![(0, Be(own)), (1, NotBe(flags(libc::SIGKILL)))]),
        (libc::SYS_tgkill, vec![(0, Be(own)), (2, NotBe(flags(libc::SIGKILL)))]),
        // Only its own clocks: the others' numbers are negative.
        one(libc::SYS_clock_gettime, 0, BeAtMost(15)),
        one(libc::SYS_clock_getres, 0, BeAtMost(15)),
        one(libc::SYS_clock_nanosleep, 0, BeAtMost(15)),
        // Connected to itself, and to nobody by a name.
        (libc::SYS_socketpair, vec![(0, Be(flags(AF_UNIX))), (1, Have { mask: 0xf, bits: flags(SOCK_STREAM) })]),
        one(libc::SYS_sendto, 4, Be(0)),
    ];
    // Emptied while it is opened to be read: before version 3, the rules of files do not see that.
    for (call, argument) in OPENING {
        bound.extend([
            one(*call, *argument, Have { mask: flags(O_TRUNC), bits: 0 }),
            one(*call, *argument, Have { mask: flags(O_ACCMODE), bits: flags(O_WRONLY) }),
            one(*call, *argument, Have { mask: flags(O_ACCMODE), bits: flags(O_RDWR) }),
        ]);
    }
    for call in OF_A_PROCESS {
        bound.extend(any(*call, 0, &[0, own]));
    }
    let descriptor = [F_DUPFD, F_GETFD, F_SETFD, F_GETFL, F_SETFL, F_GETLK, F_SETLK, F_SETLKW];
    let descriptor = descriptor.into_iter().chain([F_DUPFD_CLOEXEC, F_GETPIPE_SZ]).map(flags).collect::<Vec<_>>();
    bound.extend(any(libc::SYS_fcntl, 1, &descriptor));
    bound.extend(any(libc::SYS_ioctl, 1, &[TCGETS, TIOCGWINSZ, FIONREAD, FIONBIO, FIOCLEX, FIONCLEX]));
    let option = [SO_TYPE, SO_ERROR, SO_DOMAIN, SO_PROTOCOL].map(flags);
    bound.extend(any(libc::SYS_getsockopt, 2, &option));
    bound.extend(any(libc::SYS_prctl, 0, &[flags(PR_SET_NAME), flags(PR_GET_NAME)]));
    bound
}

/// Calls whose first argument is a process: itself alone.
const OF_A_PROCESS: &[i64] = &[
    libc::SYS_prlimit64,
    libc::SYS_sched_getaffinity,
    libc::SYS_sched_setaffinity,
    libc::SYS_sched_getparam,
    libc::SYS_sched_getscheduler,
    libc::SYS_getpgid,
    libc::SYS_getsid,
];

/// Calls that open files, and which argument has the flags.
#[cfg(target_arch = "x86_64")]
const OPENING: &[(i64, u8)] = &[(libc::SYS_openat, 2), (libc::SYS_open, 1)];
#[cfg(not(target_arch = "x86_64"))]
const OPENING: &[(i64, u8)] = &[(libc::SYS_openat, 2)];

/// The processor's system calls, where they are known.
pub(super) fn architecture() -> Option<TargetArch> {
    TargetArch::try_from(std::env::consts::ARCH).ok()
}

/// The filter of a process as the kernel takes it: eight bytes an instruction. Nothing where the processor is unknown.
pub(super) fn filter(process: u32) -> Option<Vec<u8>> {
    let program = compile(process)?;
    let bytes = program.iter().flat_map(|instruction| {
        let [low, high] = instruction.code.to_ne_bytes();
        let [a, b, c, d] = instruction.k.to_ne_bytes();
        [low, high, instruction.jt, instruction.jf, a, b, c, d]
    });
    Some(bytes.collect())
}

/// Whether the kernel takes such a filter, tried on a thread that is thrown away.
pub(super) fn are_filtered() -> bool {
    let tried =
        std::thread::spawn(|| compile(std::process::id()).is_some_and(|program| apply_filter(&program).is_ok()));
    tried.join().unwrap_or(false)
}

fn compile(process: u32) -> Option<BpfProgram> {
    let mut rules = std::collections::BTreeMap::<i64, Vec<SeccompRule>>::new();
    rules.extend(FREE.iter().chain(OLDER).map(|call| (*call, Vec::new())));
    for (call, arguments) in bound(process) {
        let conditions: Option<Vec<_>> = arguments.into_iter().map(condition).collect();
        rules.entry(call).or_default().push(SeccompRule::new(conditions?).ok()?);
    }
    let missing = SeccompAction::Errno(libc::ENOSYS.cast_unsigned());
    SeccompFilter::new(rules, missing, SeccompAction::Allow, architecture()?).ok()?.try_into().ok()
}

fn condition((argument, must): (u8, Must)) -> Option<SeccompCondition> {
    let (operation, value) = match must {
        Must::Be(value) => (SeccompCmpOp::Eq, value),
        Must::BeAtMost(value) => (SeccompCmpOp::Le, value),
        Must::NotBe(value) => (SeccompCmpOp::Ne, value),
        Must::Have { mask, bits } => (SeccompCmpOp::MaskedEq(mask), bits),
    };
    // An address has 64 bits. Of the others the kernel looks at 32.
    let length = if argument == 4 { SeccompCmpArgLen::Qword } else { SeccompCmpArgLen::Dword };
    SeccompCondition::new(argument, length, operation, value).ok()
}
