//! Holds the checker to what it promises of any text: a small stack, and counted work.

use proptest::prelude::{ProptestConfig, Strategy, proptest};
use std::thread;

use super::PARTS;
use crate::mathematics::find::found_within;
use crate::mathematics::work::Work;
use crate::mathematics::{Sameness, reference};

/// A quarter of what the threads of a run have.
const STACK: usize = 512 * 1024;

/// Bytes of an answer that is read, with its box.
const READ: usize = 3_980;

fn on_a_small_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work).unwrap().join().unwrap())
}

/// The verdict, and the steps until it.
fn judged(wanted: &str, completion: &str) -> (Sameness, u64) {
    let (finding, comparing) = (Work::new(), Work::new());
    let said = found_within(completion, &finding);
    // What is read is kept, copied and held to itself.
    assert_eq!(said.clone(), said);
    let verdict = reference(wanted).is_said_within(&said, &comparing);
    (verdict, finding.taken() + comparing.taken())
}

/// As often as fits between the two.
fn repeated(before: &str, part: &str, behind: &str) -> String {
    let times = (READ - before.len() - behind.len()) / part.len();
    format!("{before}{}{behind}", part.repeat(times))
}

/// One thing around or behind another, half as often on each side.
fn nested(open: &str, close: &str) -> String {
    let times = (READ - 1) / (open.len() + close.len());
    format!("{}x{}", open.repeat(times), close.repeat(times))
}

#[test]
fn what_stands_in_itself_without_end_is_undecided() {
    let texts = [
        repeated("x", "!", ""),
        repeated("5", "!", ""),
        repeated("x", "%", ""),
        repeated("x", "^x", ""),
        repeated("2", "^2", ""),
        repeated("x", "^2!", ""),
        repeated("", "-", "x"),
        repeated("", "+", "x"),
        repeated("", "\\sqrt", "2"),
        repeated("", "\\sin", "x"),
        repeated("", "\\sin^", "x"),
        repeated("", "\\log_", "x"),
        repeated("", "\\frac", "12"),
        repeated("", "x(", "1"),
        repeated("", "|", "x"),
        repeated("\\{1\\}", "\\setminus\\{1\\}", ""),
        repeated("\\{1\\}", "\\cup\\{1\\}\\setminus\\{2\\}", ""),
        nested("\\left(", "\\right)"),
        nested("\\left[", "\\right]"),
        nested("{", "}"),
        nested("\\{", "\\}"),
        nested("(1,", ")"),
        nested("\\sqrt{", "}"),
        nested("\\frac{1}{", "}"),
        nested("1+\\frac{1}{", "}"),
        nested("x^{", "}"),
        nested("x!^{", "}"),
        nested("f(", ")"),
        nested("\\lfloor", "\\rfloor"),
        nested("\\begin{matrix}", "\\end{matrix}"),
    ];
    for text in texts {
        on_a_small_stack(|| {
            let (verdict, _) = judged("7", &format!("\\boxed{{{text}}}"));
            assert!(matches!(verdict, Sameness::Undecided(_)), "{text:.40}: {verdict:?}");
            let (verdict, _) = judged(&text, &format!("${text} + 0$"));
            assert!(matches!(verdict, Sameness::Undecided(_)), "{text:.40}: {verdict:?}");
        });
    }
}

#[test]
fn what_is_long_and_not_high_is_compared() {
    let texts = [
        repeated("1", "+1", ""),
        repeated("x", "-x", ""),
        repeated("x", "*x", ""),
        repeated("2", "\\cdot2", ""),
        repeated("2", "/2", ""),
        repeated("x", "/x", ""),
        repeated("", "x", ""),
        repeated("x", "^2x", ""),
        repeated("x", "+x^2!", ""),
        repeated("\\{1\\}", "\\cup\\{1\\}", ""),
        repeated("(1,2)", "\\cap(1,2)", ""),
        repeated("\\mathbb{Q}", "\\cup\\mathbb{N}", ""),
        repeated("x", "<x", ""),
        repeated("x", "\\ne x", ""),
        repeated("1", ",1", ""),
        repeated("1", ";1,2", ""),
    ];
    for text in texts {
        on_a_small_stack(|| {
            let completion = format!("\\boxed{{ {} }}", text.replacen(['x', '1', '2'], "3", 1));
            let (verdict, steps) = judged(&text, &completion);
            assert!(steps < 400_000, "{text:.40}: {steps}");
            assert_eq!(judged(&text, &format!("\\boxed{{ {text}}}")).0, Sameness::Same, "{text:.40}");
            assert_eq!(verdict, judged(&text, &completion).0);
        });
    }
}

#[test]
fn a_text_is_looked_through_once() {
    let parts = [
        "\\[",
        "\\(",
        "$",
        "$ ",
        "$$ ",
        "1$",
        "\\$",
        "\\boxed{",
        "\\boxed{1} ",
        "\\boxed{\\[",
        "\\frac{",
        "\\frac{1}{2}",
        "-",
        "1 ",
        "1+ ",
        "123,",
        "123 ",
        "= ",
        "answer: \\[",
        "answer $",
        "answer $1$, ",
        "final answer is \\[",
        "final answer is is is $1",
        "final answer is ",
    ];
    for part in parts {
        for end in ["", "\\]", "$", "}"] {
            let text = format!("{}{end}", part.repeat(20_000 / part.len()));
            let (_, steps) = on_a_small_stack(|| judged("7", &text));
            assert!(steps < 100_000, "{part} {end}: {steps}");
        }
    }
}

fn factorials(numbers: impl Iterator<Item = u32>) -> String {
    numbers.map(|number| format!("400!+{number}")).collect::<Vec<_>>().join(",")
}

#[test]
fn members_are_computed_once_and_compared_for_so_long() {
    let judged = |wanted: String, said: String| on_a_small_stack(|| judged(&wanted, &format!("\\boxed{{{said}}}")));
    let (verdict, steps) = judged(factorials(100..301), factorials(400..601));
    assert!(matches!(verdict, Sameness::Undecided(_)) && steps < 500_000, "{verdict:?} {steps}");
    // Each would be held to each.
    let (verdict, _) = judged(factorials(100..300), factorials((100..300).rev()));
    assert_eq!(verdict, Sameness::Undecided("comparing them takes too long".to_owned()));
    let listed =
        |numbers: &mut dyn Iterator<Item = u32>| numbers.map(|number| number.to_string()).collect::<Vec<_>>().join(",");
    let (verdict, steps) = judged(listed(&mut (0..200)), listed(&mut (0..200).rev()));
    assert!(verdict == Sameness::Same && steps < 400_000, "{verdict:?} {steps}");
}

#[test]
fn long_fractions_are_added_for_so_long() {
    let judged = |times: usize| {
        let text = format!("1/{}{}", "7".repeat(1_100), "+1/3-1/9".repeat(times));
        on_a_small_stack(|| judged(&text, &format!("\\boxed{{{text}+0}}")).0)
    };
    assert_eq!(judged(10), Sameness::Same);
    assert_eq!(judged(300), Sameness::Undecided("comparing them takes too long".to_owned()));
}

#[test]
fn what_takes_too_long_to_find_is_undecided() {
    // Each pair is read as an interval or as two numbers, by their order; in the end none can be read.
    let list = format!("${}$", repeated("", "(400!,399!),", "\\foo"));
    let text = format!("7 {list} {list} {list}");
    let why = "the answer is not read: finding it takes too long".to_owned();
    assert_eq!(on_a_small_stack(|| judged("7", &text)).0, Sameness::Undecided(why));
    assert_eq!(judged("7", &format!("7 {}", list.replace("400!", "4!"))).0, Sameness::Same);
}

/// Up to four thousand bytes, in which parts are repeated.
fn texts() -> impl Strategy<Value = String> {
    let part = (proptest::sample::select(PARTS), 1_usize..100);
    proptest::collection::vec(part, 0..60).prop_map(|parts| {
        let text: String = parts.into_iter().map(|(part, times)| part.repeat(times)).collect();
        text[..text.floor_char_boundary(READ)].to_owned()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever is written, and however long: it fits the stack, and has the same verdict again.
    #[test]
    fn any_long_text_has_a_verdict_on_a_small_stack(text in texts(), other in texts()) {
        on_a_small_stack(|| {
            for completion in [&other, &format!("\\boxed{{{text}+0}}"), &format!("the answer is ${other}$")] {
                assert_eq!(judged(&text, completion), judged(&text, completion));
            }
        });
    }
}
