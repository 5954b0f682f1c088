//! `cargo xtask demo`: the whole product on one machine, with invented people.

use std::fs;

use anyhow::Result;

use crate::stack::{Plan, Ports, Stack};
use crate::{build, out, paths, setup, site};

/// Builds, starts everything, says what to try, and runs until it is interrupted.
///
/// # Errors
/// When a build fails or a part does not come up or ends.
pub fn run(fresh: bool) -> Result<()> {
    out::line(
        "Builds the portal and starts it on SQLite with stand-ins for SuperOffice, Microsoft 365\n\
         and a mail server, and a real CalDAV server. Everything listens on this machine only.\n\
         The first time takes about 12 minutes on 2 cores, then seconds.",
    );
    setup::for_demo()?;
    site::build()?;
    let binary = build::server()?;
    let folder = paths::target()?.join("demo");
    if fresh && folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    out::step("start", "a few seconds");
    let ports = Ports::memorable()?;
    let plan = Plan {
        binary,
        folder,
        ports,
        with_radicale: true,
    };
    let mut stack = Stack::start(&plan)?;
    explain(&plan);
    stack.watch()
}

fn explain(plan: &Plan) {
    let ports = &plan.ports;
    let portal = ports.portal_url();
    let caldav = format!("http://127.0.0.1:{}/", ports.radicale);
    let inbox = format!("http://127.0.0.1:{}", ports.inbox);
    out::line("\nReady.\n");
    let rows = |rows: &[(&str, &str)]| {
        let cells = |(a, b): &(&str, &str)| vec![(*a).to_owned(), (*b).to_owned()];
        out::table(&rows.iter().map(cells).collect::<Vec<_>>());
    };
    rows(&[
        ("what", "where"),
        ("Portal", &portal),
        ("Mail inbox, switches of the stand-ins", &inbox),
        ("CalDAV server (Radicale)", &caldav),
        ("Database, logs", &plan.folder.display().to_string()),
    ]);
    out::line("");
    rows(&[
        (
            "who",
            "sign-in at SuperOffice, Microsoft and Google · at CalDAV",
        ),
        (
            "Ingvild Sætre-Holm, administrator",
            "ingvild.saetre-holm@nordlicht.example",
        ),
        ("Zoë Müller", "zoe.mueller@nordlicht.example · zoe / demo"),
        (
            "Günther Öztürk",
            "guenther.oeztuerk@nordlicht.example · guenther / demo",
        ),
        (
            "",
            "  (at Microsoft and Google he is g.oeztuerk@nordlicht.example)",
        ),
        (
            "Renée van ’t Hoff",
            "renee.vanthoff@nordlicht.example · renee / demo",
        ),
    ]);
    out::line(format_args!(
        "\nThe stand-ins let you pick a person; they ask for no password.\n\n\
         What to try:\n\
         \x20 1. Open {portal} and sign in with SuperOffice as Ingvild. Sign her company up.\n\
         \x20 2. Create a New Synchronization Profile for Microsoft 365 or Google (sign in as Ingvild again),\n\
         \x20    or for CalDAV with the address {caldav} and the users zoe, guenther, renee.\n\
         \x20 3. Link Users: choose Zoë on both sides and press Link.\n\
         \x20 4. Open {inbox}: her invitation is there. Open its link in a private window.\n\
         \x20 5. Let's get started: sign in as Zoë, consent, and watch Ingvild's page turn active.\n\n\
         Ctrl-C ends everything; `cargo xtask demo --fresh` starts from nothing."
    ));
}
