//! How many tokens are told: a table, names, or JSON. They come page by page and leave page by page, so that a
//! million of them need no more memory than a thousand.

use comfy_table::{ColumnConstraint, ContentArrangement, Table, Width, presets};
use unicode_width::UnicodeWidthStr;

use super::{Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::record::Token;
use crate::wire::TokenJson;

const HEADER: [&str; 6] = ["NAME", "ID", "STATUS", "EXPIRES", "LAST USED", "CREATED"];
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
pub struct Widths([usize; 6]);

impl Default for Widths {
    fn default() -> Widths {
        Widths(HEADER.map(str::len))
    }
}

impl Report {
    /// Makes room for these tokens; all that are to be listed are measured before the first is.
    pub fn measure(&self, widths: &mut Widths, tokens: &[Token]) {
        for token in tokens {
            for (width, cell) in widths.0.iter_mut().zip(self.cells(token)) {
                *width = (*width).max(cell.width());
            }
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
    pub fn nothing_listed(&mut self, some_are_hidden: bool) {
        self.say(if some_are_hidden {
            "no token works now; `jeton list --all` shows those that no longer do"
        } else {
            "no tokens yet; `jeton create NAME` makes one"
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
            table.add_row(&HEADER[..columns]);
        }
        for token in tokens {
            table.add_row(self.cells(token).into_iter().take(columns));
        }
        for (column, width) in table.column_iter_mut().zip(widths.0) {
            column.set_padding((0, GAP as u16));
            let width = u16::try_from(width + GAP).unwrap_or(u16::MAX);
            column.set_constraint(ColumnConstraint::Absolute(Width::Fixed(width)));
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

    fn columns_that_fit(&self, widths: &Widths) -> usize {
        let Some(room) = self.manner.columns else { return HEADER.len() };
        let needed = |columns: usize| widths.0[..columns].iter().sum::<usize>() + GAP * (columns - 1);
        (NEVER_DROPPED..=HEADER.len())
            .rev()
            .find(|columns| needed(*columns) <= usize::from(room))
            .unwrap_or(NEVER_DROPPED)
    }

    fn cells(&self, token: &Token) -> [String; 6] {
        let when = |at| time::relative(at, self.now);
        [
            plain(token.name.as_str()),
            token.id.to_string(),
            token.status(self.now).word().to_owned(),
            token.expires_at.map_or("never".to_owned(), when),
            token.last_used_at().map_or("never".to_owned(), when),
            when(token.created_at),
        ]
    }
}
