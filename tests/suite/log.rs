//! `jeton log`: what was done, and whether anybody has tampered with the record of it.

use jeton::token::exit::Exit;

use crate::support::home::Home;

#[test]
fn it_goes_on_with_what_is_done_meanwhile() {
    let home = Home::with(&["web"]);
    let first = || drop(home.create("second"));
    let then = || drop(home.jeton(["revoke", "web"]).run().exits(Exit::Done));
    let ran = home.jeton(["log", "--follow"]).meanwhile(first).meanwhile(then).run().exits(Exit::Done);
    let actions: Vec<_> = ran.out.lines().map(|line| line.split_whitespace().nth(4).unwrap()).collect();
    assert_eq!(actions, ["init", "create", "create", "revoke"], "{}", ran.out);
}
