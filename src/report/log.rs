//! How the audit log is told: a line for each event, newest last, or JSON.

use serde::Serialize;

use super::{BAD, GOOD, QUIET, Report, STRONG, paint, plain, time};
use crate::error::Error;
use crate::token::event::{Action, Entry, Head};
use crate::wire::EventJson;

#[derive(Serialize)]
struct HeadJson {
    events: i64,
    head: String,
}

impl Report {
    /// One event of a log that has an end; [`Report::end_of_log`] comes after the last.
    pub fn event(&mut self, entry: &Entry) -> Result<(), Error> {
        if !self.manner.json {
            return self.event_line(entry);
        }
        let opening: &[u8] = if self.begun { b",\n" } else { b"[" };
        self.begun = true;
        let json = serde_json::to_vec(&EventJson::new(entry)).map_err(|error| Error::Output(error.into()))?;
        self.result(|out| {
            out.write_all(opening)?;
            out.write_all(&json)
        })
    }

    pub fn end_of_log(&mut self) -> Result<(), Error> {
        if self.manner.json {
            let closing: &[u8] = if self.begun { b"]\n" } else { b"[]\n" };
            self.result(|out| out.write_all(closing))?;
        }
        self.flush()
    }

    /// One event on a line of its own, in JSON too.
    pub fn event_line(&mut self, entry: &Entry) -> Result<(), Error> {
        if self.manner.json {
            return self.json(&EventJson::new(entry));
        }
        let event = &entry.event;
        let colour = self.manner.colour_out;
        let at = time::local_to_the_second(event.at, &self.zone);
        let style = match event.action {
            Action::Refuse | Action::Delete | Action::Revoke => BAD,
            _ => STRONG,
        };
        let action = paint(style, colour, &format!("{:<7}", event.action.word()));
        let token = event.token.as_ref().map(|(id, name)| format!("  {} ({id})", plain(name)));
        let detail = if event.detail.is_empty() { String::new() } else { format!("  {}", plain(&event.detail)) };
        let (at, actor) = (paint(QUIET, colour, &at), plain(&event.actor));
        let line = format!("{at}  {actor}  {action}{}{detail}", token.unwrap_or_default());
        self.result(|out| writeln!(out, "{}", line.trim_end()))
    }

    /// The head alone, to be kept elsewhere.
    pub fn head(&mut self, head: Head) -> Result<(), Error> {
        if self.manner.json {
            self.json(&HeadJson { events: head.seq, head: head.to_string() })?;
        } else {
            self.result(|out| writeln!(out, "{head}"))?;
        }
        self.flush()
    }

    /// The chain was computed anew and fits.
    pub fn log_is_whole(&mut self, head: Head, ancestor: bool) -> Result<(), Error> {
        if self.manner.json {
            self.head(head)?;
        }
        let whole = paint(GOOD, self.manner.colour_err, "whole");
        let events = if head.seq == 1 { "1 event".to_owned() } else { format!("{} events", head.seq) };
        self.say(&format!("the log is {whole}: {events}, each chained to the one before"));
        if ancestor {
            self.say("the head that was given is among them: nothing up to it was changed since");
        } else {
            self.say(&format!("its head is {head}; only one that is kept elsewhere can prove more"));
        }
        Ok(())
    }
}
