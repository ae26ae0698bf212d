//! Holds statistics and chances to scipy's: `fixtures/`.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;

use serde_json::Value;

use super::table::Table;

#[test]
fn statistics_and_chances_are_those_of_scipy() {
    let said: Vec<BTreeMap<String, Value>> = serde_json::from_str(include_str!("fixtures/association.json")).unwrap();
    for said in said {
        let counts: [[u64; 2]; 2] = serde_json::from_value(said["counts"].clone()).unwrap();
        // The true come first there.
        let [[both, first], [second, neither]] = counts;
        let found: BTreeMap<_, _> = Table::new([[neither, second], [first, both]]).metrics().into_iter().collect();
        for name in ["chi_square", "p", "chi_square.yates", "p.yates", "odds_ratio"] {
            match said[name].as_f64().filter(|wanted| name != "odds_ratio" || *wanted > 0.0) {
                Some(wanted) => {
                    assert!((found[name] - wanted).abs() <= 1e-11 * wanted.abs(), "{counts:?} {name}: {}", found[name]);
                }
                None => assert!(!found.contains_key(name), "{counts:?} {name}"),
            }
        }
    }
}

#[test]
fn nothing_is_said_of_what_does_not_differ() {
    let found: Vec<_> = Table::new([[0, 0], [3, 4]]).metrics().into_iter().map(|(name, _)| name).collect();
    assert_eq!(found, ["rows"]);
}
