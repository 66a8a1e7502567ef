//! Children that take turns, and what their times say of each other. Absolute times are worth little on a shared
//! machine; the ratio of two runs made one after the other is worth more, and the median of many of them most.

use std::ffi::OsString;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

/// A program with its words and its input; its output goes nowhere.
#[derive(Clone)]
pub struct Run {
    program: PathBuf,
    words: Vec<OsString>,
    vault: Option<PathBuf>,
    input: Option<PathBuf>,
    /// What the exit code has to be, lest a failure be timed.
    code: i32,
}

impl Run {
    pub fn new(program: impl Into<PathBuf>) -> Run {
        Run { program: program.into(), words: Vec::new(), vault: None, input: None, code: 0 }
    }

    pub fn words<W: Into<OsString>>(mut self, words: impl IntoIterator<Item = W>) -> Run {
        self.words.extend(words.into_iter().map(Into::into));
        self
    }

    pub fn vault(self, path: &Path) -> Run {
        Run { vault: Some(path.to_owned()), ..self }
    }

    pub fn input(self, path: &Path) -> Run {
        Run { input: Some(path.to_owned()), ..self }
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.program);
        command.args(&self.words).stdout(Stdio::null()).stderr(Stdio::null());
        if let Some(vault) = &self.vault {
            command.env("JETON_VAULT", vault);
        }
        match &self.input {
            Some(path) => command.stdin(File::open(path).expect("the input is there")),
            None => command.stdin(Stdio::null()),
        };
        command
    }

    fn check(&self, status: ExitStatus) {
        assert_eq!(status.code(), Some(self.code), "{} {:?}", self.program.display(), self.words);
    }

    /// From before it is spawned until it has been waited for.
    pub fn time(&self) -> Duration {
        let mut command = self.command();
        let start = Instant::now();
        let status = command.status();
        let time = start.elapsed();
        self.check(status.expect("the program can be run"));
        time
    }

    /// Most memory it ever had resident, as far as looking often can tell.
    pub fn peak_mib(&self) -> f64 {
        let mut child = self.command().spawn().expect("the program can be run");
        let mut peak = 0;
        loop {
            peak = peak.max(resident_kib(&child).unwrap_or(0));
            if let Some(status) = child.try_wait().expect("the child can be waited for") {
                self.check(status);
                return peak as f64 / 1024.0;
            }
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}

fn resident_kib(child: &Child) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse().ok()
}

/// Times of two things, taken in turns.
#[derive(Default)]
pub struct Pairs(Vec<(f64, f64)>);

impl Pairs {
    /// Both once without counting, then `count` times A B, B A, A B, ...
    pub fn take(count: usize, mut a: impl FnMut() -> Duration, mut b: impl FnMut() -> Duration) -> Pairs {
        a();
        b();
        let mut pairs = Pairs::default();
        for turn in 0..count {
            let (first, second) = if turn % 2 == 0 {
                let first = a();
                (first, b())
            } else {
                let second = b();
                (a(), second)
            };
            pairs.0.push((first.as_secs_f64(), second.as_secs_f64()));
        }
        pairs
    }

    pub fn of(count: usize, a: &Run, b: &Run) -> Pairs {
        Pairs::take(count, || a.time(), || b.time())
    }

    /// One line: the goal, the median of the ratios with its quartiles, the ratio of the medians, the medians.
    pub fn print(&self, what: &str, goal: Option<f64>) {
        let ratios = sorted(self.0.iter().map(|(a, b)| a / b));
        let (a, b) = (sorted(self.0.iter().map(|pair| pair.0)), sorted(self.0.iter().map(|pair| pair.1)));
        let median = at(&ratios, 0.5);
        let (goal, mark) = match goal {
            Some(goal) if median <= goal => (format!("{goal:.2}"), "met"),
            Some(goal) => (format!("{goal:.2}"), "missed"),
            None => ("-".into(), ""),
        };
        println!(
            "{what:<66} {goal:>5} {median:>6.3} ({:.3}..{:.3}) {:>6.3} {:>9.3} ms {:>9.3} ms {:>4} {mark}",
            at(&ratios, 0.25),
            at(&ratios, 0.75),
            at(&a, 0.5) / at(&b, 0.5),
            at(&a, 0.5) * 1e3,
            at(&b, 0.5) * 1e3,
            ratios.len(),
        );
    }
}

pub fn print_head() {
    println!(
        "{:<66} {:>5} {:>6} {:<14} {:>6} {:>12} {:>12} {:>4}",
        "work / against", "goal", "ratio", "(quartiles)", "of med", "work", "against", "n"
    );
}

fn sorted(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values
}

fn at(sorted: &[f64], part: f64) -> f64 {
    sorted[((sorted.len() - 1) as f64 * part).round() as usize]
}
