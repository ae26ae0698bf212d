//! Reasoning as steps, and the text that they are.

use engine::row::Cell;

/// A step of reasoning.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::synthesize) struct Step {
    /// What it says.
    pub(in crate::synthesize) said: Said,
    pub(in crate::synthesize) place: Place,
    /// What it should say; nothing where it does not belong here.
    pub(in crate::synthesize) right: Option<Said>,
}

/// What a step says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::synthesize) struct Said {
    /// A sentence without its full stop.
    pub(in crate::synthesize) text: String,
    /// What comes out, in Python's notation.
    pub(in crate::synthesize) value: Option<String>,
}

/// Where in the reasoning a step stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::synthesize) enum Place {
    /// What is given, before anything is done.
    Given,
    OnTheWay,
    /// What is returned.
    Last,
}

impl Step {
    /// The steps in the column `steps`.
    pub(in crate::synthesize) fn all(steps: &Cell) -> Vec<Self> {
        let Cell::List(steps) = steps else { return Vec::new() };
        steps.iter().filter_map(Self::of).collect()
    }

    fn of(step: &Cell) -> Option<Self> {
        let text = |wanted| field(step, wanted).map(str::to_owned);
        let place = match field(step, "kind")? {
            "given" => Place::Given,
            "return" => Place::Last,
            _ => Place::OnTheWay,
        };
        Some(Self::sound(place, Said { text: text("text")?, value: text("value") }))
    }

    /// A step that says what it should.
    pub(in crate::synthesize) fn sound(place: Place, said: Said) -> Self {
        Self { right: Some(said.clone()), said, place }
    }

    pub(in crate::synthesize) fn is_sound(&self) -> bool {
        self.right.as_ref() == Some(&self.said)
    }

    /// Whether saying this puts something wrong where it was right: what is wrong already would only be exchanged.
    pub(in crate::synthesize) fn would_be_wrong(&self, said: &Said) -> bool {
        let was_right = |right: &Said| {
            (said.text == self.said.text || self.said.text == right.text)
                && (said.value == self.said.value || self.said.value == right.value)
        };
        *said != self.said && self.right.as_ref().is_some_and(was_right)
    }

    /// What is known behind the step: its value, or what is given.
    pub(in crate::synthesize) fn outcome(&self) -> Option<&str> {
        let given =
            || self.said.text.split_once(" = ").map(|(_, given)| given.split(" and k = ").next().unwrap_or(given));
        self.said.value.as_deref().or_else(|| (self.place == Place::Given).then(given).flatten())
    }
}

/// The text that steps are, as `row::reasoned` promises it of the column `reasoning`.
pub(in crate::synthesize) fn text(steps: &[Step]) -> String {
    let sentence = |step: &Step| match &step.said {
        Said { text, value: Some(value) } => format!("{text}: {value}."),
        Said { text, value: None } => format!("{text}."),
    };
    steps.iter().map(sentence).collect::<Vec<_>>().join(" ")
}

/// The lines of the solution that each step in the column `steps` stands for, where it stands for any.
pub(in crate::synthesize) fn codes(steps: &Cell) -> Vec<&str> {
    let Cell::List(steps) = steps else { return Vec::new() };
    steps.iter().filter_map(|step| field(step, "code")).collect()
}

fn field<'a>(step: &'a Cell, wanted: &str) -> Option<&'a str> {
    let Cell::Struct(fields) = step else { return None };
    fields.iter().find(|(name, _)| name == wanted).and_then(|(_, cell)| match cell {
        Cell::Text(text) => Some(text.as_str()),
        _ => None,
    })
}
