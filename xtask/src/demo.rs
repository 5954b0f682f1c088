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
        "Builds the portal and starts it on SQLite with stand-ins for SuperOffice, Microsoft 365,\n\
         Google, Exchange and a mail server, and a real CalDAV server. Everything listens on this machine only.\n\
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

/// Everybody's password at the stand-in for Exchange; it opens nothing real.
const EXCHANGE_PASSWORD: &str = "Kalender-26!";

fn explain(plan: &Plan) {
    let ports = &plan.ports;
    let portal = ports.portal_url();
    let caldav = format!("http://127.0.0.1:{}/", ports.radicale);
    let exchange = format!("http://127.0.0.1:{}/", ports.exchange);
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
        ("Exchange server (stand-in)", &exchange),
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
        "\nSuperOffice, Microsoft and Google let you pick a person and ask for no password. At\n\
         Exchange everybody's password is {EXCHANGE_PASSWORD} and the user name is the address, or NORDLICHT\\zoe.mueller\n\
         for example. Service accounts there: svc-plain@nordlicht.example searches the address\n\
         book, svc-calendar@nordlicht.example opens everybody's calendar too. For delegation at\n\
         Google the key file is at {inbox}/control/google-key.json.\n\n\
         What to try:\n\
         \x20 1. Open {portal} and sign in with SuperOffice as Ingvild. Sign her company up.\n\
         \x20 2. Create a New Synchronization Profile for Microsoft 365 or Google (sign in as Ingvild again),\n\
         \x20    for Exchange with the address {exchange} and one of its service accounts,\n\
         \x20    or for CalDAV with the address {caldav} and the lines\n\
         \x20    zoe, Zoë Müller, zoe.mueller@nordlicht.example\n\
         \x20    guenther, Günther Öztürk, guenther.oeztuerk@nordlicht.example\n\
         \x20 3. Link Users: choose Zoë on both sides and press Link; at Exchange type her name on the right.\n\
         \x20 4. Open {inbox}: her invitation is there. Open its link in a private window.\n\
         \x20 5. Let's get started: sign in as Zoë, consent (at Google tick both boxes; at Exchange and CalDAV\n\
         \x20    type her password), and watch Ingvild's page turn active.\n\n\
         Ctrl-C ends everything; `cargo xtask demo --fresh` starts from nothing."
    ));
}
