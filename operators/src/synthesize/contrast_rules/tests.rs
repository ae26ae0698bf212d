//! Faults are where they should be, and nothing but the reasoning tells levels apart.

use super::donors::Donors;
use super::fault::Kind;
use super::levels::Levels;
use crate::synthesize::draw::Draw;
use crate::synthesize::reasoning::steps::{Place, Said, Step, text};
use engine::operator::{Context, ContextParts};

fn step(place: Place, text: &str, value: Option<&str>) -> Step {
    Step::sound(place, Said { text: text.to_owned(), value: value.map(str::to_owned) })
}

fn golden() -> Vec<Step> {
    vec![
        step(Place::Given, "Try numbers = [5, 1, 8]", None),
        step(Place::OnTheWay, "Keep the numbers greater than 4 with x > 4", Some("[5, 8]")),
        step(Place::OnTheWay, "Sort the numbers with sorted(numbers)", Some("[5, 8]")),
        step(Place::Last, "Return the sum with sum(numbers)", Some("13")),
    ]
}

const STATEMENT: &str =
    "Given a list of integers, keep the numbers greater than 4, sort the numbers, and return the sum.";

fn donors() -> Donors {
    let asked_for = step(Place::OnTheWay, "Sort the numbers with sorted(numbers)", Some("[1, 2]"));
    Donors::from_steps(vec![asked_for, step(Place::OnTheWay, "Reverse the text with text[::-1]", Some("\"cba\""))])
}

fn draw(seed: u64) -> Draw {
    Draw::new(Context::new(ContextParts { seed, ..ContextParts::default() }).random("test", 0))
}

/// What a kind of fault makes of the golden reasoning, over many draws.
fn made(kind: Kind) -> Vec<String> {
    let mut made: Vec<String> = (0..200)
        .filter_map(|seed| kind.put(&golden(), STATEMENT, &donors(), &mut draw(seed)))
        .map(|made| text(&made))
        .collect();
    made.sort();
    made.dedup();
    made
}

#[test]
fn every_kind_puts_its_fault_wherever_it_can_be() {
    assert_eq!(
        made(Kind::Incomplete),
        [
            "Try numbers = [5, 1, 8]. Keep the numbers greater than 4 with x > 4: [5, 8]. Return the sum with \
             sum(numbers): 13.",
            "Try numbers = [5, 1, 8]. Sort the numbers with sorted(numbers): [5, 8]. Return the sum with \
             sum(numbers): 13.",
        ]
    );
    assert_eq!(made(Kind::IrrelevantPath).len(), 3);
    assert!(
        made(Kind::IrrelevantPath).iter().all(|text| text.contains(" Reverse the text with text[::-1]: \"cba\". "))
    );
    assert_eq!(
        made(Kind::LogicalGap),
        [
            "Try numbers = [5, 1, 8]. Keep the numbers greater than 4 with x > 4: [5, 1, 8]. Sort the numbers with \
             sorted(numbers): [5, 8]. Return the sum with sum(numbers): 13.",
            "Try numbers = [5, 1, 8]. Keep the numbers greater than 4 with x > 4: [5, 8]. Sort the numbers with \
             sorted(numbers): 13. Return the sum with sum(numbers): 13.",
            "Try numbers = [5, 1, 8]. Keep the numbers greater than 4 with x > 4: [5, 8]. Sort the numbers with \
             sorted(numbers): [5, 8]. Return the sum with sum(numbers): [5, 8].",
        ]
    );
    assert_eq!(made(Kind::AcausalOrder).len(), 5, "three exchanges, and the result told first or second");
    let wrong = made(Kind::FactualError);
    assert!(wrong.iter().any(|text| text.contains("Keep the numbers greater than 5 with x > 5: [5, 8].")));
    assert!(wrong.iter().any(|text| text.contains("sum(numbers): 14.")));
    assert!(wrong.iter().any(|text| text.contains("sorted(numbers): [8, 5].")));
    let right = text(&golden());
    assert!(wrong.iter().all(|text| *text != right));
}

#[test]
fn levels_have_the_faults_that_they_say() {
    let all: Vec<Levels> =
        (0..500).filter_map(|seed| Levels::of(&golden(), STATEMENT, &donors(), &mut draw(seed))).collect();
    assert!(all.len() > 480, "{}", all.len());
    for Levels { optimized, base, degraded, faults } in &all {
        assert_eq!(*optimized, text(&golden()));
        assert!(optimized != base && base != degraded && optimized != degraded, "{base}\n{degraded}");
        assert!((2..=4).contains(&faults.len()));
        assert!(Kind::OF_A_BASE.contains(&faults[0]));
        let distinct = faults.iter().enumerate().all(|(place, kind)| !faults[..place].contains(kind));
        assert!(distinct, "{faults:?}");
    }
}

#[test]
fn any_of_two_levels_is_the_longer_one() {
    let levels = (0..1000).filter_map(|seed| Levels::of(&golden(), STATEMENT, &donors(), &mut draw(seed)));
    let texts: Vec<[String; 3]> = levels.map(|levels| [levels.optimized, levels.base, levels.degraded]).collect();
    let longer = |one: usize, other: usize, size: fn(&String) -> usize| {
        texts.iter().filter(|texts| size(&texts[one]) > size(&texts[other])).count() as f64 / texts.len() as f64
    };
    for (one, other) in [(0, 1), (0, 2), (1, 2)] {
        let share = longer(one, other, String::len);
        assert!((0.45..=0.55).contains(&share), "{one} is longer than {other} in {share}");
        let sentences = |text: &String| text.matches(". ").count();
        let difference = longer(one, other, sentences) - longer(other, one, sentences);
        assert!(difference.abs() < 0.1, "{one} has more sentences than {other} too often: {difference}");
    }
}

#[test]
fn reasoning_of_one_sentence_has_no_place_for_most_faults() {
    let alone = [step(Place::Last, "Return what is given", None)];
    assert!(Levels::of(&alone, STATEMENT, &Donors::default(), &mut draw(0)).is_none());
}
