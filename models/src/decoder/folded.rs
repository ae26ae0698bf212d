//! Texts side by side, each beginning that several have there once: what a token becomes depends on those before it alone. Owns
//! which token of a batch stands where in which text; knows nothing of what is computed of it.

use std::iter::zip;

use burn::tensor::{Int, Tensor, TensorData};

/// The tokens of some texts, one after another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Folded {
    /// For each place of each text, padding included, which of the tokens stands there.
    tokens: Vec<usize>,
    /// For each token, the places where it stands, the first first.
    places: Vec<Vec<usize>>,
    /// For each text, how many of its tokens stand in another before it.
    shared: Vec<usize>,
}

impl Folded {
    /// Folds texts of which the longest has so many tokens.
    pub(super) fn new(texts: &[&[u32]], columns: usize) -> Self {
        let (tokens, places, shared) = (vec![0; texts.len() * columns], Vec::new(), vec![0; texts.len()]);
        let mut folded = Self { tokens, places, shared };
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
        let columns = self.columns();
        let first = text * columns;
        if let Some((other, shared)) = before {
            self.tokens.copy_within(other * columns..other * columns + shared, first);
            self.shared[text] = shared;
        }
        let own = first + self.shared[text];
        (first..own).for_each(|place| self.places[self.tokens[place]].push(place));
        for place in own..first + length {
            self.tokens[place] = self.places.len();
            self.places.push(vec![place]);
        }
    }

    fn columns(&self) -> usize {
        self.tokens.len() / self.shared.len().max(1)
    }

    /// How many tokens there are.
    pub(super) fn len(&self) -> usize {
        self.places.len()
    }

    /// Which token stands there.
    pub(super) fn token(&self, text: usize, column: usize) -> usize {
        self.tokens[text * self.columns() + column]
    }

    /// The places where a token stands, counted over all texts, the first first.
    pub(super) fn places(&self, token: usize) -> &[usize] {
        &self.places[token]
    }

    /// How many tokens of a text stand in another before it.
    pub(super) fn shared(&self, text: usize) -> usize {
        self.shared[text]
    }

    /// What is known of each token, wherever it stands.
    ///
    /// # Shapes
    /// - tokens: `[1, tokens, width]`
    /// - result: `[texts, columns, width]`
    pub(super) fn spread(&self, tokens: Tensor<3>) -> Tensor<3> {
        chosen(tokens, &self.tokens, [self.shared.len(), self.columns()])
    }

    /// What is known of the place where each token stands first.
    ///
    /// # Shapes
    /// - places: `[texts, columns, width]`
    /// - result: `[1, tokens, width]`
    pub(super) fn gather(&self, places: Tensor<3>) -> Tensor<3> {
        let first: Vec<usize> = self.places.iter().map(|places| places[0]).collect();
        chosen(places, &first, [1, self.len()])
    }

    /// The way back of [`gather`](Self::gather): zero where a token does not stand first.
    ///
    /// # Shapes
    /// - tokens: `[1, tokens, width]`
    /// - result: `[texts, columns, width]`
    pub(super) fn scatter(&self, tokens: Tensor<3>) -> Tensor<3> {
        let [_, count, width] = tokens.dims();
        let nothing = Tensor::zeros([1, 1, width], (&tokens.device(), tokens.dtype()));
        let mut which = vec![count; self.tokens.len()];
        zip(&self.places, 0..).for_each(|(places, token)| which[places[0]] = token);
        chosen(Tensor::cat(vec![tokens, nothing], 1), &which, [self.shared.len(), self.columns()])
    }
}

/// How many tokens two texts begin with alike.
fn common(one: &[u32], other: &[u32]) -> usize {
    zip(one, other).take_while(|(one, other)| one == other).count()
}

/// Some of what stands in all rows, as rows of their own.
fn chosen(all: Tensor<3>, which: &[usize], [rows, columns]: [usize; 2]) -> Tensor<3> {
    let width = all.dims()[2];
    let which: Vec<i64> = which.iter().map(|index| *index as i64).collect();
    let which = Tensor::<1, Int>::from_data(TensorData::new(which, [rows * columns]), &all.device());
    all.flatten::<2>(0, 1).select(0, which).reshape([rows, columns, width])
}

#[cfg(test)]
mod tests {
    use burn::tensor::Device;

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

    #[test]
    fn what_is_gathered_is_scattered_to_where_it_was() {
        let texts: [&[u32]; 3] = [&[1, 2, 3], &[1, 2], &[5]];
        let folded = Folded::new(&texts, 3);
        let numbers = |tensor: Tensor<3>| tensor.into_data().iter::<f32>().collect::<Vec<_>>();
        let places =
            Tensor::from_floats([[[1.0], [2.0], [3.0]], [[4.0], [5.0], [6.0]], [[7.0], [8.0], [9.0]]], &Device::flex());
        let gathered = folded.gather(places);
        assert_eq!(numbers(gathered.clone()), [4.0, 5.0, 3.0, 7.0]);
        assert_eq!(numbers(folded.scatter(gathered.clone())), [0.0, 0.0, 3.0, 4.0, 5.0, 0.0, 7.0, 0.0, 0.0]);
        // Padding is the first token's, which nothing looks at.
        assert_eq!(numbers(folded.spread(gathered)), [4.0, 5.0, 3.0, 4.0, 5.0, 4.0, 7.0, 4.0, 4.0]);
    }
}
