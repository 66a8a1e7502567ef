//! What four services let people do with their tokens, done with jeton: each chapter walks a service's documented flow
//! from creation to deletion, as a script or a person would.

mod nocodb;
mod unleash;
mod w3ipfs;
mod web3_storage;

use jeton::token::exit::Exit;

use crate::support::home::{Home, Jeton, Ran};

/// What the service hears when it asks about the secret of a request.
fn asked(home: &Home, secret: &str, about: &[&str]) -> Exit {
    home.jeton(["verify", "--quiet"].iter().chain(about)).stdin(secret).run().says_nothing().prints("").exit
}

/// `jeton verify ... && jeton ...`: a command for those only about whom the answer is yes; else that answer.
fn behind_gate(home: &Home, secret: &str, about: &[&str], command: Jeton<'_>) -> Result<Ran, Exit> {
    match asked(home, secret, about) {
        Exit::Done => Ok(command.run()),
        no => Err(no),
    }
}

/// The names of a list, newest first.
fn listed(home: &Home, which: &[&str]) -> Vec<String> {
    let ran = home.jeton(["list", "--quiet"].iter().chain(which)).run().exits(Exit::Done);
    ran.out.lines().map(str::to_owned).collect()
}
