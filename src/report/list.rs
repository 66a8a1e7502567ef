//! How many tokens are told: a table, names, or JSON. They come page by page and leave page by page, so that a
//! million of them need no more memory than a thousand.

use std::iter::repeat_n;

use unicode_width::UnicodeWidthStr;

use super::token::written;
use super::{Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::column::Column;
use crate::token::record::{Token, Type};
use crate::wire::TokenJson;

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

/// The columns of a table, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Widths {
    columns: Vec<Measured>,
    /// Whether somebody has chosen them: then all are shown.
    chosen: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Measured {
    column: Column,
    /// In cells of the terminal.
    width: usize,
    /// Whether it tells anything: a type other than client, a limit of uses.
    tells: bool,
}

impl Widths {
    /// Of the columns that were chosen, or of the usual ones if none was.
    pub fn of(chosen: &[Column]) -> Widths {
        let columns = if chosen.is_empty() { &Column::USUAL[..] } else { chosen };
        let measured = |column: &Column| Measured {
            column: *column,
            width: column.title().len(),
            tells: !chosen.is_empty() || !matches!(column, Column::Type | Column::Left),
        };
        Widths { columns: columns.iter().map(measured).collect(), chosen: !chosen.is_empty() }
    }
}

impl Report {
    /// Makes room for these tokens; all that are to be listed are measured before the first is.
    pub fn measure(&self, widths: &mut Widths, tokens: &[Token]) {
        for token in tokens {
            for Measured { column, width, tells } in &mut widths.columns {
                *width = (*width).max(self.cell(*column, token).width());
                *tells |= match column {
                    Column::Type => token.kind != Type::Client,
                    Column::Left => token.max_uses.is_some(),
                    _ => true,
                };
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

    /// Padded here, because table crates break cells that are wider than 65,535.
    fn rows(&mut self, widths: &Widths, tokens: &[Token], first: bool) -> Result<(), Error> {
        let columns = self.columns_that_fit(widths);
        if first {
            let titles = paint(STRONG, self.manner.colour_out, &line(&columns, Column::title));
            self.result(|out| writeln!(out, "{titles}"))?;
        }
        for token in tokens {
            let row = line(&columns, |column| self.cell(column, token));
            self.result(|out| writeln!(out, "{row}"))?;
        }
        Ok(())
    }

    /// Those that tell something, as many as there is room for; what was chosen, whole.
    fn columns_that_fit(&self, widths: &Widths) -> Vec<Measured> {
        let mut columns: Vec<Measured> = widths.columns.iter().copied().filter(|measured| measured.tells).collect();
        let room = self.manner.columns.map_or(usize::MAX, usize::from);
        let needed = |columns: &[Measured]| columns.iter().map(|measured| measured.width + GAP).sum::<usize>() - GAP;
        while !widths.chosen && columns.len() > NEVER_DROPPED && needed(&columns) > room {
            columns.pop();
        }
        columns
    }

    fn cell(&self, column: Column, token: &Token) -> String {
        let when = |at| time::relative(at, self.now);
        let or_dash = |text: String| if text.is_empty() { "-".to_owned() } else { plain(&text) };
        match column {
            Column::Name => plain(token.name.as_str()),
            Column::Id => token.id.to_string(),
            Column::Status => token.status(self.now).word().to_owned(),
            Column::Type => token.kind.word().to_owned(),
            Column::Owner => plain(&token.owner),
            Column::Scopes if token.kind == Type::Admin => "every scope".to_owned(),
            Column::Scopes => or_dash(token.scopes.to_string()),
            Column::Labels => or_dash(written(&token.labels)),
            Column::Description => or_dash(token.description.clone()),
            Column::Left => token.uses_left().map_or("-".to_owned(), |left| left.to_string()),
            Column::Expires => token.expires_at.map_or("never".to_owned(), when),
            Column::LastUsed => token.last_used_at().map_or("never".to_owned(), when),
            Column::Created => when(token.created_at),
            Column::Revoked => token.revoked_at.map_or("-".to_owned(), when),
            Column::Recoverable => if token.recoverable() { "yes" } else { "no" }.to_owned(),
        }
    }
}

/// One line of a table, padded but for its end.
fn line(columns: &[Measured], cell: impl Fn(Column) -> String) -> String {
    let mut line = String::new();
    for Measured { column, width, .. } in columns {
        let cell = cell(*column);
        line.push_str(&cell);
        line.extend(repeat_n(' ', (width + GAP).saturating_sub(cell.width())));
    }
    line.truncate(line.trim_end_matches(' ').len());
    line
}
