//! Confirmations that say nothing.

use std::collections::BTreeSet;

/// Words that confirm, and those that stand around them.
const CONFIRMING: &str = "a all agree agreed and approach are as confirm confirmed continue correct correctly errors \
    everything exactly far fine go good great i indeed is issues it it's looks makes mistake mistakes move no now of ok \
    okay on perfect previous proceed reasoning right seems sense so solution sound step that the this thought to true \
    valid very we well with yes you your";

/// The words that confirm where nobody says which.
pub(crate) fn confirming() -> BTreeSet<String> {
    CONFIRMING.split_whitespace().map(str::to_owned).collect()
}

/// How many different words a text says beside these; numbers and signs of code count, since they are held to something.
pub(crate) fn says(text: &str, confirming: &BTreeSet<String>) -> usize {
    let is_around =
        |character: char| matches!(character, '.' | ',' | ':' | ';' | '!' | '?' | '"' | '*' | '`' | '\u{2019}');
    let words = text.split_whitespace().map(|word| word.trim_matches(is_around).to_lowercase());
    let said: BTreeSet<String> = words.filter(|word| !word.is_empty() && !confirming.contains(word)).collect();
    said.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_only_confirms_says_nothing() {
        let confirming = confirming();
        for (text, count) in [
            ("", 0),
            ("Yes.", 0),
            ("**Correct!** This step is right, and the reasoning makes sense so far.", 0),
            ("Looks good to me", 1),
            ("Right: 13.", 1),
            ("Right: 5 + 8 is 13, and 13 is returned.", 5),
            ("No. The empty list is forgotten.", 3),
        ] {
            assert_eq!(says(text, &confirming), count, "{text}");
        }
    }
}
