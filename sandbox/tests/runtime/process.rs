//! Every case in native processes, and what only they have: real clocks, other processes, an end.

use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use millrace_sandbox::process::{Installation, Kernel, Native, Refusal};
use millrace_sandbox::{Budget, Call, Ending, HostError, Job, Limit, Limits, Metering, Outcome, Task};

use crate::case::{Case, cases, contains, shown};
use crate::native::{environment, native, pool};

/// Exception groups and task groups are in the cases.
const MODERN: (u32, u32) = (3, 11);

fn limited(milliseconds: u64) -> Limits {
    Limits { budget: Budget::Time(Duration::from_millis(milliseconds)), ..Limits::default() }
}

fn run(source: &str, limits: Limits) -> Option<Outcome> {
    Some(pool(1)?.submit(Job::script(source, ""), limits).wait().expect("the host is well"))
}

/// Forwards and then backwards on one worker, so that each also runs after others.
#[test]
fn every_case_ends_as_expected_whatever_ran_before() {
    let Some(pool) = pool(1) else { return };
    if native().is_some_and(|native| native.installation().version() < MODERN) {
        // Past the test harness, which keeps what a passing test prints to itself.
        writeln!(std::io::stderr(), "SKIPPED: the cases are written for Python 3.11 or later").expect("stderr");
        return;
    }
    let cases = cases();
    let there_and_back: Vec<&Case> = cases.iter().chain(cases.iter().rev()).collect();
    let mut faults = Vec::new();
    for case in there_and_back {
        match pool.submit(case.job(), case.limits(Metering::Clock)).wait() {
            Ok(outcome) if contains(&shown(&outcome), case.expected_natively()) => {}
            Ok(outcome) => {
                let expected = case.expected_natively();
                faults.push(format!("{}: expected {expected}\n    but it is {}", case.name, shown(&outcome)));
            }
            Err(error) => faults.push(format!("{}: the host failed: {error}", case.name)),
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn processor_time_is_limited_to_a_tenth() {
    let Some(outcome) = run("while True: pass", limited(500)) else { return };
    assert_eq!(outcome.ending, Ending::Limited(Limit::Time));
    assert!(outcome.usage.cpu >= Duration::from_millis(500), "{:?}", outcome.usage);
    assert!(outcome.usage.cpu < Duration::from_millis(550), "{:?}", outcome.usage);
}

#[test]
fn threads_count_together() {
    let source = "import threading, zlib\ndef work():\n    while True: zlib.compress(bytes(1 << 20))\n\
                  threading.Thread(target=work).start()\nwork()";
    let Some(outcome) = run(source, limited(500)) else { return };
    assert_eq!(outcome.ending, Ending::Limited(Limit::Time));
    assert!(outcome.usage.cpu < Duration::from_millis(600), "{:?}", outcome.usage);
}

#[test]
fn sleep_is_real_and_counts() {
    let source = "import time\nstart = time.monotonic()\ntime.sleep(0.3)\nprint(time.monotonic() - start >= 0.3)";
    let Some(outcome) = run(source, limited(60_000)) else { return };
    assert_eq!((outcome.ending, outcome.stdout.text().as_ref()), (Ending::Finished, "True\n"));
    assert!(outcome.usage.slept > Duration::from_millis(250), "{:?}", outcome.usage);
    assert!(outcome.usage.slept < Duration::from_millis(350), "{:?}", outcome.usage);
}

#[test]
fn a_sleeper_is_woken_at_its_limit() {
    let start = Instant::now();
    let Some(outcome) = run("import time\ntime.sleep(1000)", limited(300)) else { return };
    assert_eq!(outcome.ending, Ending::Limited(Limit::Time));
    assert!(start.elapsed() < Duration::from_secs(60), "{:?}", outcome.usage);
}

/// Eight programs that compute, on as many workers: what they wait for each other is nobody's sleep.
#[test]
fn waiting_for_a_processor_is_no_sleep() {
    let Some(pool) = pool(8) else { return };
    let source = "import time\nwhile time.process_time() < 0.4: pass";
    let jobs = std::iter::repeat_n(Job::script(source, ""), 8);
    for outcome in pool.run_all(jobs, limited(1000)) {
        let outcome = outcome.expect("the host is well");
        assert_eq!(outcome.ending, Ending::Finished, "{:?}", outcome.usage);
        assert!(outcome.usage.slept < Duration::from_millis(200), "{:?}", outcome.usage);
    }
}

#[test]
fn a_step_that_runs_out_of_time_leaves_the_others_theirs() {
    let Some(pool) = pool(1) else { return };
    let call = |function: &str| Call { function: function.to_owned(), arguments: Vec::new() };
    let source = "import sys\nprint('loaded')\ndef one(): return 1\ndef forever():\n    while True: pass\n";
    let job = Job::new(source, Task::Calls(["one", "forever", "one"].map(call).to_vec()));
    let limits = Limits { step: Some(Budget::Time(Duration::from_millis(100))), ..limited(60_000) };
    let outcome = pool.submit(job, limits).wait().expect("the host is well");
    let endings: Vec<_> = outcome.replies.into_iter().map(|reply| reply.ending).collect();
    assert_eq!(endings, [Ending::Finished, Ending::Limited(Limit::Time), Ending::Finished]);
    assert_eq!(outcome.stdout.text(), "loaded\nloaded\n");
}

#[test]
fn sixty_four_mebibytes_of_input_arrive() {
    let Some(pool) = pool(1) else { return };
    let line = "0123456789abcdef".repeat(64) + "\n";
    let stdin = line.repeat((64 << 20) / line.len());
    let limits = Limits { memory: 1 << 30, ..limited(120_000) };
    let source = "import sys\ndata = sys.stdin.buffer.read()\nprint(len(data), data[-2:])\n";
    let outcome = pool.submit(Job::script(source, stdin.clone()), limits).wait().expect("the host is well");
    assert_eq!(outcome.stdout.text(), format!("{} b'f\\n'\n", stdin.len()));
}

#[test]
fn a_long_argument_and_a_long_answer_pass() {
    let Some(pool) = pool(1) else { return };
    let text = "x".repeat(20 << 20);
    let call = Call { function: "same".to_owned(), arguments: vec![text.as_str().into()] };
    let job = Job::calls("def same(x): return x", vec![call]);
    let outcome = pool.submit(job, Limits { memory: 1 << 30, ..limited(60_000) }).wait().expect("the host is well");
    assert_eq!(outcome.replies[0].value, Some(text.into()));
}

#[test]
fn fuel_is_refused() {
    let Some(pool) = pool(1) else { return };
    let limits = Limits { budget: Budget::Fuel(1 << 40), ..Limits::default() };
    assert_eq!(pool.submit(Job::script("", ""), limits).wait(), Err(HostError::NoFuel));
}

#[test]
fn the_wall_clock_is_the_hosts_fault_and_giving_up_the_callers() {
    let Some(pool) = pool(1) else { return };
    let job = || Job::script("while True: pass", "");
    let limits = Limits { wall: Duration::from_millis(50), ..limited(3_600_000) };
    assert_eq!(pool.submit(job(), limits).wait(), Err(HostError::Overdue { seconds: 0 }));
    let ticket = pool.submit(job(), limited(3_600_000));
    ticket.cancel();
    assert_eq!(ticket.wait(), Err(HostError::Cancelled));
    drop(pool.submit(job(), limited(3_600_000)));
    let outcome = pool.submit(Job::script("print(1)", ""), Limits::default()).wait().expect("the worker is free again");
    assert_eq!(outcome.stdout.text(), "1\n");
}

/// The job's process is gone when its outcome is there, and its server when the pool is.
#[test]
fn no_process_is_left_behind() {
    let Some(pool) = pool(2) else { return };
    let endings = [
        "",
        "\nwhile True: pass",
        "\nimport time; time.sleep(1000)",
        "\nimport os; os._exit(0)",
        "\nimport os; os.abort()",
    ];
    let mut servers = Vec::new();
    for ending in endings {
        let source = format!("import os\nprint(os.getpid(), os.getppid(), flush=True){ending}");
        let outcome = pool.submit(Job::script(source, ""), limited(200)).wait().expect("the host is well");
        let text = outcome.stdout.text().into_owned();
        let numbers: Vec<u32> = text.split_whitespace().map(|number| number.parse().expect("a number")).collect();
        assert!(!Path::new(&format!("/proc/{}", numbers[0])).exists(), "{ending:?} left process {}", numbers[0]);
        servers.push(numbers[1]);
    }
    assert!(servers.iter().all(|server| Path::new(&format!("/proc/{server}")).exists()), "servers serve on");
    drop(pool);
    assert!(!servers.iter().any(|server| Path::new(&format!("/proc/{server}")).exists()), "a server is left");
}

#[test]
fn a_server_that_was_killed_is_started_again() {
    let Some(pool) = pool(1) else { return };
    let ask = || pool.submit(Job::script("import os\nprint(os.getppid())", ""), Limits::default()).wait();
    let before = ask().expect("the host is well").stdout.text().trim().to_owned();
    let killed = std::process::Command::new("kill").args(["-9", &before]).status().expect("kill can be run");
    assert!(killed.success());
    assert!(matches!(ask(), Err(HostError::Instantiate(_))), "the job that found it dead says so");
    assert_ne!(ask().expect("the host is well").stdout.text().trim(), before);
}

/// As it does when its memory is full.
#[test]
fn a_program_that_the_machine_kills_has_no_ending() {
    let Some(pool) = pool(1) else { return };
    let ask = || pool.submit(Job::script("import os\nprint(os.getppid())", ""), Limits::default()).wait();
    let server = ask().expect("the host is well").stdout.text().trim().to_owned();
    let ticket = pool.submit(Job::script("while True: pass", ""), limited(3_600_000));
    let children = format!("/proc/{server}/task/{server}/children");
    // What is killed before it has its walls never was a program.
    let computes = |job: &str| {
        let state = std::fs::read_to_string(format!("/proc/{job}/stat")).unwrap_or_default();
        state.split_whitespace().nth(13).and_then(|ticks| ticks.parse().ok()).is_some_and(|ticks: u64| ticks > 20)
    };
    let job = loop {
        let found = std::fs::read_to_string(&children).expect("the server lives").trim().to_owned();
        if !found.is_empty() && computes(&found) {
            break found;
        }
        std::thread::sleep(Duration::from_millis(5));
    };
    assert!(std::process::Command::new("kill").args(["-9", &job]).status().expect("kill can be run").success());
    assert_eq!(ticket.wait(), Err(HostError::Killed));
    assert_eq!(ask().expect("the host is well").stdout.text().trim(), server);
}

#[test]
fn a_server_has_given_up_every_privilege() {
    let Some(pool) = pool(1) else { return };
    let job = Job::script("import os\nprint(os.getppid())", "");
    let outcome = pool.submit(job, Limits::default()).wait().expect("the host is well");
    let status =
        std::fs::read_to_string(format!("/proc/{}/status", outcome.stdout.text().trim())).expect("it lives on");
    for line in
        ["CapInh:\t0000000000000000", "CapPrm:\t0000000000000000", "CapEff:\t0000000000000000", "NoNewPrivs:\t1"]
    {
        assert!(status.contains(line), "{line} is not in\n{status}");
    }
}

#[test]
fn what_the_kernel_lacks_is_refused_before_anything_runs() {
    let Ok(installation) = Installation::survey(None) else { return };
    let all = Kernel { known: true, landlock: true, seccomp: true, waiting: true };
    let refused = |kernel| Native::open(installation.clone(), &kernel).err();
    assert_eq!(refused(Kernel { landlock: false, ..all }), Some(Refusal::Landlock));
    assert_eq!(refused(Kernel { seccomp: false, ..all }), Some(Refusal::Seccomp));
    assert_eq!(refused(Kernel { waiting: false, ..all }), Some(Refusal::Waiting));
}

/// An environment with a package in it, or nothing where Python cannot make one.
fn equipped() -> Option<tempfile::TempDir> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    environment(folder.path())?;
    let found = std::fs::read_dir(folder.path().join("lib")).expect("a library").next()?.expect("a folder").path();
    let package = found.join("site-packages/numpy");
    std::fs::create_dir(&package).expect("room on disk");
    let text = "__version__ = '9.9'\nclass Number:\n    def __init__(self, value): self.value = value\n    \
                def __eq__(self, other): return self.value == other\n";
    std::fs::write(package.join("__init__.py"), text).expect("room on disk");
    let information = found.join("site-packages/numpy-9.9.dist-info");
    std::fs::create_dir(&information).expect("room on disk");
    std::fs::write(information.join("METADATA"), "Metadata-Version: 2.1\nName: numpy\nVersion: 9.9\n").expect("room");
    Some(folder)
}

#[test]
fn what_cannot_be_preloaded_is_told() {
    let (Some(native), Some(folder)) = (native(), equipped()) else { return };
    let refusal = |modules: &[&str]| {
        let modules = modules.iter().map(|name| (*name).to_owned()).collect();
        let installation = native.installation().clone().preloading(modules);
        Native::open(installation, &Kernel::of_this_machine()).expect_err("it cannot be").to_string()
    };
    assert!(refusal(&["absent"]).contains("ModuleNotFoundError: No module named 'absent'"), "{}", refusal(&["absent"]));
    let python = folder.path().join("bin/python");
    let library =
        std::fs::read_dir(folder.path().join("lib")).expect("a library").next().expect("one").expect("a folder");
    let text = "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,), daemon=True).start()\n";
    std::fs::write(library.path().join("site-packages/busy.py"), text).expect("room on disk");
    let busy = Installation::survey(Some(&python)).expect("a Python").preloading(vec!["busy".to_owned()]);
    let refusal = Native::open(busy, &Kernel::of_this_machine()).expect_err("a fork would be unsafe").to_string();
    assert!(refusal.contains("importing busy starts threads"), "{refusal}");
}

#[test]
fn programs_find_the_packages_of_the_python_that_is_named() {
    let (Some(native), Some(folder)) = (native(), equipped()) else { return };
    let installation = Installation::survey(Some(&folder.path().join("bin/python"))).expect("a Python");
    assert_ne!(installation.identity(), native.installation().identity());
    assert!(installation.identity().contains(", 1 distributions "), "{}", installation.identity());
    let named = Native::open(installation, &Kernel::of_this_machine()).expect("the same kernel");
    let pool = millrace_sandbox::Pool::new(&named, std::num::NonZeroUsize::MIN).expect("a thread");
    let run = |job: Job| pool.submit(job, Limits::default()).wait().expect("the host is well");
    assert_eq!(run(Job::script("import numpy\nprint(numpy.__version__)", "")).stdout.text(), "9.9\n");
    let preloaded = named.installation().clone().preloading(vec!["numpy".to_owned()]);
    let preloaded = Native::open(preloaded, &Kernel::of_this_machine()).expect("the same kernel");
    let job = Job::script("import sys\nprint('numpy' in sys.modules)", "");
    let pool_of_it = millrace_sandbox::Pool::new(&preloaded, std::num::NonZeroUsize::MIN).expect("a thread");
    let outcome = pool_of_it.submit(job, Limits::default()).wait().expect("the host is well");
    assert_eq!(outcome.stdout.text(), "True\n");
    // What is installed says itself what it equals, and a test believes it. What it lacks is the program's error.
    let program =
        "import numpy\ndef f(x): return numpy.Number(x)\nclass Own(numpy.Number):\n    __eq__ = lambda *_: True\n";
    let tests =
        ["assert f(1) == 1", "assert f(1) == 2", "assert Own(1) == 2", "from numpy import absent", "import scipy"];
    let outcome = run(Job::tests(program, tests.map(str::to_owned).to_vec()));
    let endings: Vec<_> = outcome.replies.into_iter().map(|reply| reply.ending).collect();
    assert_eq!(endings[0], Ending::Finished);
    let raised =
        |ending: &Ending| if let Ending::Raised(raised) = ending { raised.kind.clone() } else { String::new() };
    let kinds: Vec<_> = endings[1..4].iter().map(raised).collect();
    assert_eq!(kinds, ["AssertionError", "AssertionError", "ImportError"]);
    assert_eq!(endings[4], Ending::Unsupported { module: "scipy".to_owned() });
}
