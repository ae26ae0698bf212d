//! LaTeX between its signs in a text: `$...$`, `\(...\)`, `\[...\]`, and fractions without any.

use crate::mathematics::work::Work;

/// LaTeX with nothing but commas, `and` and `or` between its parts.
#[derive(Clone, Debug)]
pub(super) struct Group<'a> {
    /// Bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) parts: Vec<Part<'a>>,
}

#[derive(Clone, Debug)]
pub(super) struct Part<'a> {
    pub(super) content: &'a str,
    /// Whether a sign for percent follows.
    pub(super) is_percent: bool,
}

/// How many parts a group has at most.
const PARTS: usize = 6;

impl Group<'_> {
    /// As it stands in a text that begins so many bytes before.
    pub(super) fn moved(self, by: usize) -> Self {
        Self { start: self.start + by, end: self.end + by, ..self }
    }
}

/// Every group of the text whose parts have something in them.
pub(super) fn groups<'a>(text: &'a str, within: &str, work: &Work) -> Vec<Group<'a>> {
    let mut scan = Scan::new(text, within, work);
    std::iter::from_fn(|| scan.group(text.len())).collect()
}

/// The first group, where it begins at a place or before.
pub(super) fn first<'a>(text: &'a str, place: usize, work: &Work) -> Option<Group<'a>> {
    Scan::new(text, "", work).group(place)
}

/// What opens LaTeX, what closes it, and whether that has to be on the same line.
const PAIRS: [(&str, &str, bool); 4] =
    [("$$", "$$", false), ("\\[", "\\]", false), ("\\(", "\\)", true), ("$", "$", true)];

/// A text, and how far it was looked through.
struct Scan<'a, 'w> {
    text: &'a str,
    /// What parts have in them, and where that is next.
    within: &'w str,
    found: Option<usize>,
    work: &'w Work,
    at: usize,
    /// For each of `PAIRS`, the next place that closes, or where there is none up to. Who opens before it need not look again.
    closers: [(usize, bool); 4],
}

/// Bytes that are searched in a step.
const BYTES: usize = 64;

impl<'a, 'w> Scan<'a, 'w> {
    fn new(text: &'a str, within: &'w str, work: &'w Work) -> Self {
        Self { text, within, found: None, work, at: 0, closers: [(0, false); 4] }
    }

    /// The next group, where it begins at a place or before.
    fn group(&mut self, last: usize) -> Option<Group<'a>> {
        while self.at <= last {
            // Nothing else begins what is looked for.
            let ahead = self.text[self.at..].char_indices().take_while(|(place, _)| self.at + place <= last);
            let begins = ahead.into_iter().find(|(_, sign)| ['$', '\\', '-'].contains(sign)).map(|(place, _)| place)?;
            self.work.take((begins / BYTES + 1) as u64)?;
            self.at += begins;
            match self.part(self.at) {
                Some((part, end)) => return Some(self.joined(part, end)),
                None => self.at += 1,
            }
        }
        None
    }

    /// The group that begins with a part which ends at a place.
    fn joined(&mut self, part: Part<'a>, end: usize) -> Group<'a> {
        let mut group = Group { start: self.at, end, parts: vec![part] };
        while group.parts.len() < PARTS {
            let Some(place) = behind_joint(self.text, group.end) else { break };
            let Some((part, end)) = self.part(place) else { break };
            group.parts.push(part);
            group.end = end;
        }
        self.at = group.end;
        group
    }

    /// The LaTeX that begins here, where it has in it what it must, and where it ends.
    fn part(&mut self, at: usize) -> Option<(Part<'a>, usize)> {
        let (content, end) = self.environment(at)?;
        if self.found.is_none_or(|found| found < at) {
            let ahead = self.text[at..].find(self.within).unwrap_or(self.text.len());
            self.work.take((ahead / BYTES) as u64)?;
            self.found = Some(at + ahead);
        }
        // What opens and closes has nothing in it.
        if self.found.is_some_and(|found| found + self.within.len() > end) {
            return None;
        }
        let (is_percent, end) = percent(self.text, end);
        Some((Part { content, is_percent }, end))
    }

    fn environment(&mut self, at: usize) -> Option<(&'a str, usize)> {
        let rest = &self.text[at..];
        let before = self.text[..at].chars().next_back();
        if before == Some('\\') {
            return None;
        }
        let Some(kind) = PAIRS.iter().position(|(open, ..)| rest.starts_with(open)) else {
            return fraction(rest).map(|length| (&rest[..length], at + length));
        };
        let (open, close, _) = PAIRS[kind];
        if open == "$" && before.is_some_and(|sign| sign.is_ascii_digit()) {
            return None;
        }
        let inside = at + open.len();
        let end = self.closer(kind, inside)?;
        Some((&self.text[inside..end], end + close.len()))
    }

    /// Where it is closed what has something in it and begins here.
    fn closer(&mut self, kind: usize, from: usize) -> Option<usize> {
        if self.closers[kind].0 <= from {
            let (_, close, in_line) = PAIRS[kind];
            let length = self.text[from..].find('\n').filter(|_| in_line);
            let text = &self.text[..length.map_or(self.text.len(), |length| from + length)];
            let mut ends = text[from..].char_indices().skip(1).map(|(place, _)| from + place);
            let end = ends.find(|end| text[*end..].starts_with(close) && !text[..*end].ends_with('\\'));
            self.closers[kind] = (end.unwrap_or(text.len()), end.is_some());
            self.work.take(((self.closers[kind].0 - from) / BYTES) as u64)?;
        }
        let (place, is_there) = self.closers[kind];
        is_there.then_some(place)
    }
}

/// Where something begins behind a joint between two parts.
fn behind_joint(text: &str, end: usize) -> Option<usize> {
    let rest = text[end..].trim_start();
    let behind =
        [", and", ", or", ",and", ",or", ",", "and", "or"].iter().find_map(|joint| rest.strip_prefix(joint))?;
    Some(text.len() - behind.trim_start().len())
}

/// `\frac{1}{2}` of numbers.
fn fraction(text: &str) -> Option<usize> {
    let number = |text: &str| {
        let inside = text.strip_prefix('{')?.trim_start_matches('-');
        let digits = inside.bytes().take_while(|byte| byte.is_ascii_digit() || b".,".contains(byte)).count();
        (digits > 0 && inside[digits..].starts_with('}')).then_some(text.len() - inside.len() + digits + 1)
    };
    let sign = usize::from(text.starts_with('-'));
    let behind = text[sign..].strip_prefix("\\frac")?;
    let first = number(behind)?;
    Some(sign + 5 + first + number(&behind[first..])?)
}

/// Whether a sign for percent follows, and where that ends.
pub(super) fn percent(text: &str, end: usize) -> (bool, usize) {
    let rest = text[end..].trim_start();
    let signs = ["\\%", "%", "percentage", "Percentage", "percent", "Percent", "pct", "Pct"];
    match signs.iter().find(|sign| rest.starts_with(**sign)) {
        Some(sign) => (true, text.len() - rest.len() + sign.len()),
        None => (false, end),
    }
}
