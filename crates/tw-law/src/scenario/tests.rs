use super::*;

const GOOD: &str = "# Caps\n\nProse.\n\n## One\n\n```facts\nprovision = \"UN-2397-5\"\nact = \"supply\"\nperiod = \"2018\"\namounts = { bbl = \"400..700\" }\ncontract = 2017-01-01\n```\n\n```expect\nverdict = \"indicated\"\n```\n";

#[test]
fn a_scenario_is_read_with_its_heading_and_line() {
    let scenarios = parse(GOOD, "x.md").unwrap();
    assert_eq!(scenarios.len(), 1);
    let one = &scenarios[0];
    assert_eq!((one.name.as_str(), one.line, one.provision.as_str()), ("One", 7, "UN-2397-5"));
    assert_eq!(one.facts.when.to_string(), "[2018-01-01, 2019-01-01)");
    assert_eq!(one.facts.amounts.values().next(), Some(&Bounds::between(400.0, 700.0)));
    assert_eq!(one.facts.contract, Some(jiff::civil::date(2017, 1, 1)));
    assert_eq!(one.expect.verdict, Verdict::Indicated);
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let cases = [
        ("# No scenario\n", "1: no scenario"),
        (&GOOD.replace("act = ", "akt = "), "9: unknown field `akt`"),
        (&GOOD.replace("act = \"supply\"", "act = \"suply\""), "did you mean `supply`?"),
        (&GOOD.replace("verdict", "verdikt"), "16: unknown field `verdikt`"),
        (&GOOD.replace("400..700", "ten"), "11: `ten` is not a number"),
        (&GOOD.replace("period = \"2018\"", "period = \"18\""), "10: `18` is not a period"),
        (&GOOD.replace("period = \"2018\"\n", ""), "give the days once"),
        (&GOOD.replace("```expect", "```expected"), "15: `expected` blocks are not known"),
        (&GOOD[..GOOD.find("```expect").unwrap()], "7: this `facts` block has no `expect`"),
        (&GOOD.replace("```facts", "```text"), "15: this `expect` block has no `facts`"),
        (&GOOD.replace("\"indicated\"", "\"prima_facie\""), "name all of them in `open`"),
        (GOOD.trim_end().trim_end_matches('`'), "15: the block is not closed"),
        (&GOOD.replace("# Caps", "").replace("## One", ""), "7: a scenario needs a heading"),
    ];
    for (text, wanted) in cases {
        let error = parse(text, "x.md").unwrap_err().to_string();
        assert!(error.contains(wanted), "wanted {wanted}, got {error}");
    }
}

#[test]
fn a_difference_is_told_in_words() {
    let book = Book::from_files([]).unwrap();
    let scenarios = parse(GOOD, "x.md").unwrap();
    assert_eq!(run(&book, &scenarios[0]).differences, ["there is no provision `UN-2397-5`"]);
}
