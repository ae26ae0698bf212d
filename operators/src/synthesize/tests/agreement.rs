//! What most programs give.
//!
//! Owns the vote. Knows neither programs nor inputs.

/// The answer that enough of those agree on that there are, by its place; and their share.
///
/// Each answer has a weight. `agree(expected, actual)` is the rule by which a test will compare, so that what is
/// expected is an answer that the others pass.
///
/// # Errors
/// Why there is no such answer.
pub(super) fn majority<A>(
    answers: &[(A, usize)],
    agree: impl Fn(&A, &A) -> bool,
    threshold: f64,
) -> Result<(usize, f64), String> {
    let ran: usize = answers.iter().map(|(_, weight)| weight).sum();
    if ran < 2 {
        return Err(format!("{ran} of the solutions ran on it, where at least two have to agree"));
    }
    let votes = |(expected, _): &(A, usize)| -> usize {
        answers.iter().filter(|(actual, _)| agree(expected, actual)).map(|(_, weight)| weight).sum()
    };
    let votes: Vec<usize> = answers.iter().map(votes).collect();
    let most = votes.iter().copied().max().unwrap_or(0);
    let first = votes.iter().position(|votes| *votes == most).unwrap_or(0);
    let share = most as f64 / ran as f64;
    if share < threshold || most < 2 {
        return Err(format!("{most} of {ran} solutions agree on what comes out"));
    }
    let rival = votes.iter().zip(answers).any(|(votes, (other, _))| *votes == most && !agree(&answers[first].0, other));
    if rival {
        return Err(format!("{most} of {ran} solutions agree on what comes out, and as many on something else"));
    }
    Ok((first, share))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::majority;

    fn vote(answers: &[(f64, usize)], threshold: f64) -> Result<(usize, f64), String> {
        majority(answers, |one, other| one == other, threshold)
    }

    #[test]
    fn most_win_by_the_weight_of_their_programs() {
        assert_eq!(vote(&[(1.0, 1), (2.0, 3), (1.0, 1)], 0.6).unwrap(), (1, 0.6));
        assert_eq!(vote(&[(1.0, 1), (2.0, 1), (1.0, 1), (1.0, 2)], 0.8).unwrap(), (0, 0.8));
        assert_eq!(vote(&[(1.0, 2)], 1.0).unwrap(), (0, 1.0));
    }

    #[test]
    fn too_few_are_no_majority() {
        for (answers, reason) in [
            (&[(1.0, 1)][..], "1 of the solutions ran on it, where at least two have to agree"),
            (&[], "0 of the solutions ran on it, where at least two have to agree"),
            (&[(1.0, 1), (2.0, 1), (1.0, 1), (3.0, 1)], "2 of 4 solutions agree on what comes out"),
            (&[(1.0, 1), (2.0, 1)], "1 of 2 solutions agree on what comes out"),
            // What does not equal itself cannot be passed.
            (&[(f64::NAN, 5)], "0 of 5 solutions agree on what comes out"),
        ] {
            assert_eq!(vote(answers, 0.6).unwrap_err(), reason);
        }
    }

    #[test]
    fn of_equally_many_none_wins() {
        let reason = vote(&[(1.0, 2), (2.0, 2)], 0.5).unwrap_err();
        assert_eq!(reason, "2 of 4 solutions agree on what comes out, and as many on something else");
    }

    /// Within a tolerance, agreeing is not transitive: the one in the middle has most on its side.
    #[test]
    fn what_most_would_pass_is_expected() {
        let close = |one: &f64, other: &f64| (one - other).abs() < 1.5;
        assert_eq!(majority(&[(1.0, 1), (2.0, 1), (3.0, 1)], close, 1.0).unwrap(), (1, 1.0));
    }
}
