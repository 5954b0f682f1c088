//! What is told of each line.

use super::*;
use crate::clock::FixedClock;
use crate::ids::ProfileId;
use crate::rng::SeededRng;

fn crm(id: &str, name: &str, email: &str) -> CrmUser {
    CrmUser {
        id: AssociateId::new(id),
        name: name.to_owned(),
        email: email.to_owned(),
        active: true,
    }
}

fn calendar(id: &str, name: &str, email: &str, aliases: &[&str]) -> CalendarUser {
    CalendarUser {
        id: CalendarUserId::new(id),
        name: name.to_owned(),
        email: email.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        active: true,
    }
}

fn lines(text: &str) -> Vec<Line> {
    text.lines()
        .zip(1..)
        .map(|(text, number)| Line {
            number,
            text: text.to_owned(),
            fields: (!text.starts_with('"')).then(|| text.split(';').map(str::to_owned).collect()),
        })
        .collect()
}

fn right<'a>(review: &'a Review<'a>) -> Vec<(u32, &'a str, String)> {
    let of = |(line, found): &'a (&Line, Match<'a>)| {
        (
            line.number,
            found.crm.id.as_str(),
            found.calendar.id().to_string(),
        )
    };
    review.right.iter().map(of).collect()
}

fn company() -> (Vec<CrmUser>, Vec<CalendarUser>) {
    let mut retired = crm("4", "Torbjörn Ahl", "ahl@a.example");
    retired.active = false;
    let people = vec![
        crm("1", "Zoë Müller", "zoe@a.example"),
        crm("2", "Åse Øvrebø", "aase@a.example"),
        crm("3", "Bjørn Kvernmo", ""),
        retired,
        crm("5", "Mette", "post@a.example"),
        crm("6", "Per", "POST@a.example"),
        crm("7", "Håkon", "hakon@a.example"),
    ];
    let mut off = calendar("off", "Off", "off@cal.example", &[]);
    off.active = false;
    let users = vec![
        calendar("z", "Zoe M", "zoe@cal.example", &["zm@cal.example"]),
        calendar("a", "Aase", "aase@cal.example", &[]),
        calendar("b", "B", "", &[]),
        off,
        calendar("t1", "Twin", "twin@cal.example", &[]),
        calendar("t2", "Twin", "TWIN@cal.example", &[]),
        calendar("h", "Taken", "h@cal.example", &[]),
    ];
    (people, users)
}

#[test]
fn people_are_known_by_key_address_alias_and_name_in_every_spelling() {
    let (people, users) = company();
    for (line, pair) in [
        ("zoe@a.example;zoe@cal.example", ("1", "z")),
        (" ZOE@A.example ;ZM@cal.example", ("1", "z")),
        ("1;z", ("1", "z")),
        ("zoe muller;Zoe M", ("1", "z")),
        ("2;A;anything;else", ("2", "a")),
    ] {
        let lines = lines(line);
        let review = review(&lines, &people, &users, &Taken::default(), false);
        assert_eq!(right(&review), [(1, pair.0, pair.1.to_owned())], "{line}");
    }
}

#[test]
fn each_wrong_line_has_its_number_and_its_reason() {
    let (people, users) = company();
    let profile = ProfileId::mint(&FixedClock::at_micros(1), &SeededRng::new(1));
    let id = AssociateId::new;
    let taken = Taken {
        crm: [(id("7"), (profile, "Studio".to_owned()))].into(),
        calendar: [(CalendarUserId::new("h"), "Håkon".to_owned())].into(),
        pairs: [(id("7"), CalendarUserId::new("h"))].into(),
    };
    let text = "\
        nobody@a.example;zoe@cal.example\n\
        zoe@a.example;nobody@cal.example\n\
        post@a.example;zoe@cal.example\n\
        zoe@a.example;twin@cal.example\n\
        hakon@a.example;zoe@cal.example\n\
        hakon@a.example;h@cal.example\n\
        zoe@a.example;h@cal.example\n\
        ahl@a.example;zoe@cal.example\n\
        zoe@a.example;off@cal.example\n\
        3;b\n\
        ;zoe@cal.example\n\
        zoe@a.example;\n\
        zoe@a.example\n\
        ;;\n\
        \"zoe@a.example;zoe@cal.example\n\
        zoe@a.example;zoe@cal.example\n\
        zoe@a.example;zm@cal.example\n\
        zoe@a.example;aase@cal.example\n\
        aase@a.example;zm@cal.example";
    let lines = lines(text);
    let review = review(&lines, &people, &users, &taken, false);
    assert_eq!(right(&review), [(16, "1", "z".to_owned())]);
    assert_eq!((review.already, review.heading), (1, None));
    let value = |value: &str| value.to_owned();
    let twice = |names: [&str; 2]| names.map(str::to_owned).to_vec();
    let expected = [
        (
            1,
            LineProblem::UnknownCrm {
                value: value("nobody@a.example"),
            },
        ),
        (
            2,
            LineProblem::UnknownCalendar {
                value: value("nobody@cal.example"),
            },
        ),
        (
            3,
            LineProblem::SeveralCrm {
                value: value("post@a.example"),
                names: twice(["Mette", "Per"]),
            },
        ),
        (
            4,
            LineProblem::SeveralCalendar {
                value: value("twin@cal.example"),
                names: twice(["Twin", "Twin"]),
            },
        ),
        (
            5,
            LineProblem::CrmLinked {
                name: value("Håkon"),
                profile,
                profile_name: value("Studio"),
            },
        ),
        (
            7,
            LineProblem::CalendarLinked {
                name: value("Taken"),
                with: value("Håkon"),
            },
        ),
        (
            8,
            LineProblem::Retired {
                name: value("Torbjörn Ahl"),
            },
        ),
        (9, LineProblem::Disabled { name: value("Off") }),
        (
            10,
            LineProblem::NoEmail {
                name: value("Bjørn Kvernmo"),
            },
        ),
        (11, LineProblem::NoCrm),
        (12, LineProblem::NoCalendar),
        (13, LineProblem::NoCalendar),
        (15, LineProblem::Quote),
        (17, LineProblem::SamePair { line: 16 }),
        (
            18,
            LineProblem::CrmTwice {
                name: value("Zoë Müller"),
                line: 16,
            },
        ),
        (
            19,
            LineProblem::CalendarTwice {
                name: value("Zoe M"),
                line: 16,
            },
        ),
    ];
    let got: Vec<_> = review
        .wrong
        .iter()
        .map(|(line, why)| (line.number, why.clone()))
        .collect();
    assert_eq!(got, expected);
}

#[test]
fn the_order_of_the_columns_is_seen_in_what_stands_there() {
    let (people, users) = company();
    for (text, heading) in [
        ("zoe@cal.example;zoe@a.example\naase@cal.example;2", None),
        ("Calendar;CRM\nzoe@cal.example;zoe@a.example", Some(1)),
        ("First;Second\nzoe@cal.example;zoe@a.example", Some(1)),
    ] {
        let lines = lines(text);
        let review = review(&lines, &people, &users, &Taken::default(), false);
        assert_eq!(review.heading.map(|line| line.number), heading, "{text}");
        assert_eq!(review.wrong, [], "{text}");
        assert!(
            right(&review)
                .iter()
                .any(|(_, crm, cal)| (*crm, cal.as_str()) == ("1", "z"))
        );
    }
}

#[test]
fn a_single_line_is_never_a_heading() {
    let (people, users) = company();
    let lines = lines("zoe.muler;zoe");
    let review = review(&lines, &people, &users, &Taken::default(), false);
    assert_eq!((review.heading, review.wrong.len()), (None, 1));
}

#[test]
fn an_address_that_the_calendar_system_is_asked_for_may_be_right() {
    let (people, users) = company();
    let taken = Taken {
        crm: HashMap::new(),
        calendar: HashMap::new(),
        pairs: [(
            AssociateId::new("2"),
            CalendarUserId::new("new@cal.example"),
        )]
        .into(),
    };
    let lines = lines(
        "zoe@a.example;first@cal.example\naase@a.example;NEW@cal.example\n\
         5;First@cal.example\n6;no-address",
    );
    let review = review(&lines, &people, &users, &taken, true);
    assert_eq!(right(&review), [(1, "1", "first@cal.example".to_owned())]);
    assert_eq!(review.already, 1);
    let whys: Vec<_> = review.wrong.iter().map(|(_, why)| why.key()).collect();
    assert_eq!(
        whys,
        [
            "portal.file.why.calendar_twice",
            "portal.file.why.unknown_calendar"
        ]
    );
}
