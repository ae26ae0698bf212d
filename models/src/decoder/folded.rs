//! Texts side by side, each beginning that several have there once: what a token becomes depends on those before it alone. Owns
//! which token of a batch stands where in which text; knows nothing of what is computed of it.

use std::iter::zip;

/// The tokens of some texts, one after another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// How many tokens the longest text has.
    columns: usize,
    /// For each place of each text, padding included, which of the tokens stands there.
    tokens: Vec<usize>,
    /// For each token, the places where it stands: first that of the text that it belongs to.
    places: Vec<Vec<usize>>,
    /// For each text, how many of its tokens belong to another.
    shared: Vec<usize>,
}

impl Folded {
    /// Folds texts of which the longest has so many tokens.
    pub(super) fn new(texts: &[&[u32]], columns: usize) -> Self {
        let (tokens, places, shared) = (vec![0; texts.len() * columns], Vec::new(), vec![0; texts.len()]);
        let mut folded = Self { columns, tokens, places, shared };
        let mut order: Vec<usize> = (0..texts.len()).collect();
        // What a text has in common with any before it, it has in common with the last: then it follows it in the alphabet.
        order.sort_by_key(|text| texts[*text]);
        let mut before = None;
        for text in order {
            folded.add(text, texts[text].len(), before.map(|before| (before, common(texts[before], texts[text]))));
            before = Some(text);
        }
        folded
    }

    /// Adds a text, of which so many tokens are those of another.
    fn add(&mut self, text: usize, length: usize, before: Option<(usize, usize)>) {
        let first = text * self.columns;
        if let Some((other, shared)) = before {
            let other = other * self.columns;
            self.tokens.copy_within(other..other + shared, first);
            self.shared[text] = shared;
        }
        let own = first + self.shared[text];
        (first..own).for_each(|place| self.places[self.tokens[place]].push(place));
        for place in own..first + length {
            self.tokens[place] = self.places.len();
            self.places.push(vec![place]);
        }
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Which token stands there.
    pub(super) fn token(&self, text: usize, column: usize) -> usize {
        self.tokens[text * self.columns + column]
    }

    /// The places where a token stands, counted over all texts: first that of the text that it belongs to.
    pub(super) fn places(&self, token: usize) -> &[usize] {
        &self.places[token]
    }

    /// How many tokens of a text belong to another.
    pub(super) fn shared(&self, text: usize) -> usize {
        self.shared[text]
    }
}

/// How many tokens two texts begin with alike.
fn common(one: &[u32], other: &[u32]) -> usize {
    zip(one, other).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_beginning_is_there_once() {
        let texts: [&[u32]; 5] = [&[1, 2, 3, 4], &[7], &[1, 2, 9], &[1, 2, 3], &[7]];
        let folded = Folded::new(&texts, 4);
        let told: Vec<Vec<u32>> = zip(0.., texts)
            .map(|(text, tokens)| {
                let first = |column| folded.places(folded.token(text, column))[0];
                (0..tokens.len()).map(|column| texts[first(column) / 4][first(column) % 4]).collect()
            })
            .collect();
        assert_eq!(told, texts);
        // 1 2 3, 4, 9 and 7.
        assert_eq!(folded.len(), 6);
        assert_eq!((0..5).map(|text| folded.shared(text)).collect::<Vec<_>>(), [3, 0, 2, 0, 1]);
        assert_eq!(folded.places(folded.token(0, 1)), [13, 1, 9]);
    }
}
