//! Pages against a model of what they hold: sequences that begin, are read, forked and let go, in any order.

use models::generate::Page;
use models::generate::pages::{Full, Pages, Table};
use proptest::collection::vec;
use proptest::prelude::*;

const COUNT: usize = 24;

#[derive(Debug, Clone)]
enum Action {
    /// A sequence begins with one of the texts.
    Begin(usize),
    /// A sequence reads so many tokens of its text.
    Read(usize, usize),
    Fork(usize),
    /// A sequence goes on with other tokens than were planned.
    Turn(usize, u32),
    End(usize),
}

struct Sequence {
    tokens: Vec<u32>,
    read: usize,
    table: Table,
}

struct World {
    pages: Pages,
    page_tokens: usize,
    /// What was written into each slot of each page.
    written: Vec<Option<u32>>,
    sequences: Vec<Sequence>,
}

impl World {
    fn new(page_tokens: usize) -> Self {
        let pages = Pages::new(COUNT, page_tokens);
        Self { pages, page_tokens, written: vec![None; COUNT * page_tokens], sequences: Vec::new() }
    }

    fn act(&mut self, action: &Action, texts: &[Vec<u32>]) {
        let count = self.sequences.len();
        match action {
            Action::Begin(text) => self.begin(texts[text % texts.len()].clone()),
            _ if count == 0 => {}
            Action::Read(index, tokens) => self.read(index % count, *tokens),
            Action::Fork(index) => {
                let Sequence { tokens, read, table } = &self.sequences[index % count];
                let table = self.pages.fork(table, *read);
                self.sequences.push(Sequence { tokens: tokens.clone(), read: *read, table });
            }
            Action::Turn(index, token) => {
                let sequence = &mut self.sequences[index % count];
                sequence.tokens[sequence.read..].iter_mut().for_each(|own| *own = *token);
            }
            Action::End(index) => {
                let mut sequence = self.sequences.swap_remove(index % count);
                self.pages.release(&mut sequence.table);
                assert!(sequence.table.pages().is_empty());
            }
        }
    }

    fn begin(&mut self, tokens: Vec<u32>) {
        let known = self.pages.known(&tokens);
        let table = self.pages.find(&tokens);
        assert_eq!(table.pages().len() * self.page_tokens, known);
        self.sequences.push(Sequence { tokens, read: known, table });
    }

    fn read(&mut self, index: usize, count: usize) {
        let available = self.pages.available();
        let sequence = &mut self.sequences[index];
        let end = (sequence.read + count).min(sequence.tokens.len());
        match self.pages.reserve(&mut sequence.table, sequence.read, end) {
            Err(Full) => return assert_eq!(self.pages.available(), available, "all or nothing"),
            Ok(None) => {}
            Ok(Some(copied)) => {
                let from = copied.from.0 as usize * self.page_tokens;
                let to = copied.to.0 as usize * self.page_tokens;
                self.written.copy_within(from..from + self.page_tokens, to);
            }
        }
        for position in sequence.read..end {
            let page = sequence.table.pages()[position / self.page_tokens];
            assert!(!self.pages.is_shared(page), "a page is written while it is shared");
            self.written[page.0 as usize * self.page_tokens + position % self.page_tokens] =
                Some(sequence.tokens[position]);
        }
        sequence.read = end;
        self.pages.publish(&mut sequence.table, &sequence.tokens, end);
    }

    /// Every sequence sees its own tokens, and every page has as many references as sequences that have it.
    fn check(&self) {
        for Sequence { tokens, read, table } in &self.sequences {
            for (position, token) in tokens[..*read].iter().enumerate() {
                let page = table.pages()[position / self.page_tokens];
                let slot = page.0 as usize * self.page_tokens + position % self.page_tokens;
                assert_eq!(self.written[slot], Some(*token), "position {position}");
            }
        }
        let having = |page| self.sequences.iter().flat_map(|own| own.table.pages()).filter(|own| **own == page).count();
        let counts: Vec<usize> = (0..COUNT as u32).map(|page| having(Page(page))).collect();
        for (page, count) in (0..).zip(&counts) {
            assert_eq!(self.pages.references(Page(page)) as usize, *count, "page {page}");
        }
        assert_eq!(self.pages.available(), counts.iter().filter(|count| **count == 0).count());
    }
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        2 => (0_usize..8).prop_map(Action::Begin),
        4 => (0_usize..16, 1_usize..12).prop_map(|(index, tokens)| Action::Read(index, tokens)),
        1 => (0_usize..16).prop_map(Action::Fork),
        1 => (0_usize..16, 0_u32..3).prop_map(|(index, token)| Action::Turn(index, token)),
        1 => (0_usize..16).prop_map(Action::End),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn sequences_see_their_own_tokens_and_no_page_is_lost(
        page_tokens in 1_usize..5,
        texts in vec(vec(0_u32..3, 1..30), 1..6),
        actions in vec(action(), 1..120),
    ) {
        let mut world = World::new(page_tokens);
        for action in &actions {
            world.act(action, &texts);
            world.check();
        }
        while !world.sequences.is_empty() {
            world.act(&Action::End(0), &texts);
        }
        prop_assert_eq!(world.pages.available(), COUNT);
    }
}

/// Reads a text in one go, and lets it go again.
fn visit(pages: &mut Pages, tokens: &[u32]) -> usize {
    let mut table = pages.find(tokens);
    let known = table.pages().len() * pages.page_tokens();
    pages.reserve(&mut table, known, tokens.len()).unwrap();
    pages.publish(&mut table, tokens, tokens.len());
    pages.release(&mut table);
    known
}

#[test]
fn what_was_used_last_is_forgotten_last() {
    let mut pages = Pages::new(4, 2);
    assert_eq!(visit(&mut pages, &[1, 1, 2, 2]), 0);
    assert_eq!(visit(&mut pages, &[3, 3, 4, 4]), 0);
    assert_eq!(visit(&mut pages, &[1, 1, 2, 2]), 4);
    // Two pages are needed: those of the text that nobody has asked for since.
    assert_eq!(visit(&mut pages, &[5, 5, 6, 6]), 0);
    assert_eq!(pages.known(&[1, 1, 2, 2]), 4);
    assert_eq!(pages.known(&[3, 3, 4, 4]), 0);
}

#[test]
fn the_end_of_a_text_is_forgotten_before_its_beginning() {
    let mut pages = Pages::new(3, 2);
    visit(&mut pages, &[1, 1, 2, 2, 3, 3]);
    visit(&mut pages, &[9, 9]);
    assert_eq!(pages.known(&[1, 1, 2, 2, 3, 3]), 4);
}

#[test]
fn two_that_read_the_same_at_once_end_up_with_the_same_pages() {
    let mut pages = Pages::new(4, 2);
    let mut tables = [pages.find(&[1, 1]), pages.find(&[1, 1])];
    for table in &mut tables {
        pages.reserve(table, 0, 2).unwrap();
    }
    assert_eq!(pages.available(), 2);
    for table in &mut tables {
        pages.publish(table, &[1, 1], 2);
    }
    assert_eq!(tables[0].pages(), tables[1].pages());
    assert_eq!(pages.available(), 3);
}

#[test]
fn the_last_of_a_forked_page_writes_without_a_copy() {
    let mut pages = Pages::new(3, 4);
    let mut first = pages.find(&[]);
    pages.reserve(&mut first, 0, 2).unwrap();
    let mut second = pages.fork(&first, 2);
    assert!(pages.reserve(&mut first, 2, 3).unwrap().is_some());
    assert!(pages.reserve(&mut second, 2, 3).unwrap().is_none());
    assert_ne!(first.pages(), second.pages());
}
