//! How many tokens are told: a table, names, or JSON. They come page by page and leave page by page, so that a
//! million of them need no more memory than a thousand.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use unicode_width::UnicodeWidthStr;

use super::{Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::record::{Token, Type};
use crate::wire::TokenJson;

/// The columns, in their order.
const COLUMNS: [&str; 8] = ["NAME", "ID", "STATUS", "TYPE", "LEFT", "EXPIRES", "LAST USED", "CREATED"];
const TYPE: usize = 3;
const LEFT: usize = 4;
/// Name and id are never given up for width; the others go from the last.
const NEVER_DROPPED: usize = 2;
const GAP: usize = 2;

/// Which way to list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Table,
    Names,
    Json,
}

/// Widths of the columns, in cells of the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widths {
    cells: [usize; 8],
    /// Whether a column tells anything: a type other than client, a limit of uses.
    tells: [bool; 8],
}

impl Default for Widths {
    fn default() -> Widths {
        let mut tells = [true; 8];
        (tells[TYPE], tells[LEFT]) = (false, false);
        Widths { cells: COLUMNS.map(str::len), tells }
    }
}

impl Report {
    /// Makes room for these tokens; all that are to be listed are measured before the first is.
    pub fn measure(&self, widths: &mut Widths, tokens: &[Token]) {
        for token in tokens {
            for (width, cell) in widths.cells.iter_mut().zip(self.cells(token)) {
                *width = (*width).max(cell.width());
            }
            widths.tells[TYPE] |= token.kind != Type::Client;
            widths.tells[LEFT] |= token.max_uses.is_some();
        }
    }

    /// One page; `first` and `last` tell where it stands.
    pub fn page(
        &mut self,
        style: Style,
        widths: &Widths,
        tokens: &[Token],
        first: bool,
        last: bool,
    ) -> Result<(), Error> {
        match style {
            Style::Table => self.rows(widths, tokens, first),
            Style::Names => self.result(|out| tokens.iter().try_for_each(|token| writeln!(out, "{}", token.name))),
            Style::Json => self.objects(tokens, first, last),
        }
    }

    /// Why there is nothing to see.
    pub fn nothing_listed(&mut self, some_are_hidden: bool, filtered: bool) {
        self.say(match (some_are_hidden, filtered) {
            (true, false) => "no token works now; `jeton list --all` shows those that no longer do",
            (true, true) => "no token that matches works now; `--all` shows those that no longer do",
            (false, true) => "no token matches",
            (false, false) => "no tokens yet; `jeton create NAME` makes one",
        });
    }

    fn objects(&mut self, tokens: &[Token], first: bool, last: bool) -> Result<(), Error> {
        let now = self.now;
        // A token becomes whole in memory first: JSON is written in pieces of a few bytes.
        let mut text = Vec::with_capacity(1024);
        self.result(|out| {
            if first {
                out.write_all(b"[")?;
            }
            for (index, token) in tokens.iter().enumerate() {
                text.clear();
                if !first || index > 0 {
                    text.extend_from_slice(b",\n");
                }
                serde_json::to_writer(&mut text, &TokenJson::new(token, now))?;
                out.write_all(&text)?;
            }
            if last { out.write_all(b"]\n") } else { Ok(()) }
        })
    }

    fn rows(&mut self, widths: &Widths, tokens: &[Token], first: bool) -> Result<(), Error> {
        let columns = self.columns_that_fit(widths);
        let mut table = Table::new();
        table.load_style(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled);
        if first {
            table.add_row(columns.iter().map(|column| COLUMNS[*column]));
        }
        for token in tokens {
            let mut cells = self.cells(token);
            table.add_row(columns.iter().map(|column| std::mem::take(&mut cells[*column])));
        }
        for (place, column) in table.column_iter_mut().zip(&columns) {
            place.set_padding((0, GAP as u16));
            let width = u16::try_from(widths.cells[*column] + GAP).unwrap_or(u16::MAX);
            place.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
        }
        let colour = self.manner.colour_out;
        self.result(|out| {
            for (index, line) in table.lines().enumerate() {
                let line = line.trim_end();
                match first && index == 0 {
                    true => writeln!(out, "{}", paint(STRONG, colour, line))?,
                    false => writeln!(out, "{line}")?,
                }
            }
            Ok(())
        })
    }

    /// Those that tell something, as many as there is room for.
    fn columns_that_fit(&self, widths: &Widths) -> Vec<usize> {
        let mut columns: Vec<usize> = (0..COLUMNS.len()).filter(|column| widths.tells[*column]).collect();
        let room = self.manner.columns.map_or(usize::MAX, usize::from);
        let needed = |columns: &[usize]| columns.iter().map(|column| widths.cells[*column] + GAP).sum::<usize>() - GAP;
        while columns.len() > NEVER_DROPPED && needed(&columns) > room {
            columns.pop();
        }
        columns
    }

    fn cells(&self, token: &Token) -> [String; 8] {
        let when = |at| time::relative(at, self.now);
        [
            plain(token.name.as_str()),
            token.id.to_string(),
            token.status(self.now).word().to_owned(),
            token.kind.word().to_owned(),
            token.uses_left().map_or("-".to_owned(), |left| left.to_string()),
            token.expires_at.map_or("never".to_owned(), when),
            token.last_used_at().map_or("never".to_owned(), when),
            when(token.created_at),
        ]
    }
}
