//! Two loads that take turns, and what their numbers say of each other.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;

use serde_json::json;

use super::wrk::{Load, Measured};

/// What is measured with, and where the results go.
pub struct Scale {
    pub script: PathBuf,
    pub runs: usize,
    pub seconds: u64,
    /// A line of JSON for each result.
    pub results: File,
}

/// What a result is held to: the ratio of the rates, and that of the 99th percentiles.
#[derive(Clone, Copy, Default)]
pub struct Goal {
    pub rate: Option<f64>,
    pub p99: Option<f64>,
}

impl Scale {
    /// Both once without counting, then A B, B A, A B, ...; prints the ratios of neighbours.
    pub fn turns(&mut self, row: &str, case: &str, goal: Goal, a: &Load, b: &Load) {
        self.warm(a);
        self.warm(b);
        let (mut pairs, mut left_out) = (Vec::new(), 0);
        for turn in 0.. {
            if pairs.len() == self.runs {
                break;
            }
            // Both are asked for the same secrets, and for others in the next turn.
            let run = |load: &Load| load.run(&self.script, self.seconds, turn + 1);
            let pair = if turn % 2 == 0 {
                let first = run(a);
                (first, run(b))
            } else {
                let second = run(b);
                (run(a), second)
            };
            if let (Some(first), Some(second)) = pair {
                pairs.push((first, second));
            } else {
                left_out += 1;
                assert!(left_out <= self.runs, "{case}: wrk's clock does not fit the time that it takes");
            }
        }
        if left_out > 0 {
            println!("  left out {left_out} pairs of {case}: wrk took longer than it counts");
        }
        self.tell(row, case, goal, &pairs, left_out);
    }

    pub fn warm(&self, load: &Load) {
        let _ = load.run(&self.script, self.seconds.clamp(1, 3), 0);
    }

    fn tell(&mut self, row: &str, case: &str, goal: Goal, pairs: &[(Measured, Measured)], left_out: usize) {
        let part = |of: &dyn Fn(&(Measured, Measured)) -> f64| {
            let mut values: Vec<f64> = pairs.iter().map(of).collect();
            values.sort_by(f64::total_cmp);
            [0.5, 0.25, 0.75].map(|part| values[((values.len() - 1) as f64 * part).round() as usize])
        };
        let (rate, p99) = (part(&|(a, b)| a.rate / b.rate), part(&|(a, b)| a.p99 / b.p99));
        let [rates, tails] = [|m: &Measured| m.rate, |m: &Measured| m.p99]
            .map(|of: fn(&Measured) -> f64| [part(&|(a, _)| of(a))[0], part(&|(_, b)| of(b))[0]]);
        let fast = goal.rate.is_none_or(|least| rate[0] >= least);
        let steady = goal.p99.is_none_or(|most| p99[0] <= most);
        let mark = match (goal.rate, fast, steady) {
            (None, ..) => "",
            (_, true, true) => "met",
            (_, false, _) => "missed",
            (_, true, false) => "missed by its p99",
        };
        println!(
            "{row:<8} {case:<44} {:>4} {:>6.3} ({:.3}..{:.3}) {:>8.0} {:>8.0} /s  p99 {:>5.2} ({:.2}..{:.2}) \
             {:>7.2} {:>7.2} ms {:>3} {mark}",
            goal.rate.map_or("-".into(), |goal| format!("{goal:.2}")),
            rate[0],
            rate[1],
            rate[2],
            rates[0],
            rates[1],
            p99[0],
            p99[1],
            p99[2],
            tails[0],
            tails[1],
            pairs.len(),
        );
        self.write(&json!({
            "row": row, "case": case, "runs": pairs.len(), "left_out": left_out, "seconds": self.seconds,
            "goal": goal.rate, "ratio": rate[0], "quartiles": [rate[1], rate[2]], "per_second": rates,
            "p99_goal": goal.p99, "p99_ratio": p99[0], "p99_quartiles": [p99[1], p99[2]], "p99_ms": tails,
            "met": fast && steady,
        }));
    }

    pub fn write(&mut self, line: &serde_json::Value) {
        writeln!(self.results, "{line}").expect("room for a result");
    }
}
