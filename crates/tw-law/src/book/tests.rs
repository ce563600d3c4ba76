use super::*;

const GOOD: &str = r#"
id = "UN-1-1"
regime = "UN-DPRK"
instrument = "S/RES/1 (2017)"
paragraph = "1"
subject = "coal"
rule = "No coal."
force = "binding"
verification = "V1"

[[in-force]]
from = 2017-08-05

[scope]
acts = ["procure"]
direction = "from"
items = ["coal"]
hs = ["2701"]

[test]
kind = "ban"

[[exception]]
id = "HUM"
cond = "The Committee exempts."
burden = "state"
proof = "Decision."

[[source]]
at = "https://example.org"
"#;

const FILE: &str = "un-dprk/UN-1-1.toml";

fn faults(text: &str) -> String {
    match Book::from_files([(FILE, text)]) {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_sound_file_is_read() {
    assert_eq!(faults(GOOD), "");
    let book = Book::from_files([(FILE, GOOD)]).unwrap();
    assert_eq!(book.len(), 1);
    assert_eq!(book.get("UN-1-1").map(Provision::symbol).as_deref(), Some("S/RES/1 (2017) ¶1"));
    assert_eq!(book.nearest("UN-1-2"), Some("UN-1-1"));
}

#[test]
fn a_misspelt_key_is_named_with_its_place_and_the_word_meant() {
    let text = GOOD.replace("burden = \"state\"", "burdn = \"state\"");
    let error = Book::from_files([(FILE, text.as_str())]).unwrap_err();
    let fault = &error.faults[0];
    assert_eq!((fault.line, fault.column), (Some(26), Some(1)));
    assert_eq!(fault.hint.as_deref(), Some("did you mean `burden`?"));
    let error = Book::from_files([(FILE, GOOD.replace("kind = \"ban\"", "kind = \"bam\"").as_str())]).unwrap_err();
    assert_eq!(error.faults[0].hint.as_deref(), Some("did you mean `ban`?"));
    assert_eq!(error.faults[0].line, Some(21));
}

#[test]
fn every_check_refuses_what_it_is_for() {
    let test = |new: &str| GOOD.replace("kind = \"ban\"", new);
    let cases = [
        (GOOD.replace("UN-1-1", "UN-1-2"), "its place is `un-dprk/UN-1-2.toml`"),
        (GOOD.replace("UN-DPRK", "UN-IRN"), "its place is `un-irn/UN-1-1.toml`"),
        (GOOD.replace("UN-DPRK", "un-dprk"), "is not a regime"),
        (GOOD.replace("from = 2017-08-05", "from = 2017-08-05\nto = 2017-08-05"), "no day is in it"),
        (GOOD.replace("[scope]", "[[in-force]]\nfrom = 2018-01-01\n\n[scope]"), "out of order or overlapping"),
        (GOOD.replace("[[in-force]]\nfrom = 2017-08-05\n", ""), "it never applied, and nothing says why"),
        (GOOD.replace("\"2701\"", "\"27.01\""), "is not a heading"),
        (GOOD.replace("[[source]]", "[[element]]\nid = \"HUM\"\ncond = \"x\"\nburden = \"y\"\n\n[[source]]"), "have the key `HUM`"),
        (GOOD.replace("proof = \"Decision.\"", "proof = \" \""), "lacks its key, condition, burden or proof"),
        (GOOD.replace("proof = \"Decision.\"", "proof = \"x\"\nfrom = 2018-01-02\nto = 2018-01-01"), "ends before it begins"),
        (GOOD.replace("at = \"https://example.org\"", "at = \"\""), "has no address"),
        (
            GOOD.replace("id = \"UN-1-1\"", "id = \"UN-1-1\"\nsupersedes = [\"UN-1-9\"]"),
            "`supersedes` names `UN-1-9`, which is not in the book (did you mean `UN-1-1`?)",
        ),
        (GOOD.replace("id = \"UN-1-1\"", "id = \"UN-1-1\"\nmodified-by = [\"UN-1-1\"]"), "names the provision itself"),
        (test("kind = \"windowed-cap\"\nlimits = []\nwindow = { clock = \"calendar-year\" }"), "a cap without a limit"),
        (
            test(
                "kind = \"windowed-cap\"\nlimits = [{ value = 1.0, unit = \"t\" }, { value = 2.0, unit = \"t\" }]\nwindow = { clock = \"calendar-year\" }",
            ),
            "two limits in `t`",
        ),
        (
            test("kind = \"windowed-cap\"\nlimits = [{ unit = \"t\" }]\nwindow = { clock = \"calendar-year\" }"),
            "neither `value` nor `baseline`",
        ),
        (
            test("kind = \"windowed-cap\"\nlimits = [{ value = -1.0, unit = \"t\" }]\nwindow = { clock = \"calendar-year\" }"),
            "is not a quantity",
        ),
        (
            test(
                "kind = \"windowed-cap\"\nlimits = [{ value = 1.0, unit = \"t\" }]\nwindow = { clock = \"year-from\", month = 2, day = 29 }",
            ),
            "cannot begin on day 29",
        ),
        (test("kind = \"stock-ceiling\"\nunit = \"permits\"\nbaseline = 2017-08-05"), "a stock does not fit the acts [Procure]"),
        (test("kind = \"report-due\""), "the duty is a report, and there is none"),
        (test("kind = \"none\""), "it binds, and nothing is tested"),
        (test("kind = \"presumption\"\npresumes = \"x\"\nstandard = \"\""), "a presumption says what and by which standard"),
        (test("kind = \"depends-on\"\nany-of = [\"UN-1-1\"]"), "names the provision itself"),
        (
            test(
                "kind = \"threshold\"\nmeasure = \"price\"\nbars = \"above\"\nlevels = [{ value = 1.0, unit = \"USD\" }, { value = 2.0, unit = \"USD\", from = 2018-01-01 }]",
            ),
            "two levels for the same goods overlap",
        ),
        (GOOD.replace("[[source]]", "[[report]]\nid = \"r\"\nwho = \"w\"\nwhat = \"x\"\n\n[[source]]"), "is never due"),
        (GOOD.replace("2017-08-05", "\"05.08.2017\""), "dates are written YYYY-MM-DD"),
    ];
    for (text, wanted) in cases {
        let got = faults(&text);
        assert!(got.contains(wanted), "wanted {wanted:?}, got {got:?}");
    }
}

#[test]
fn faults_of_several_files_are_given_at_once() {
    let a = GOOD.replace("binding", "bindin");
    let b = GOOD.replace("UN-1-1", "UN-1-2").replace("2701", "27.01");
    let error = Book::from_files([(FILE, a.as_str()), ("un-dprk/UN-1-2.toml", b.as_str())]).unwrap_err();
    assert_eq!(error.faults.len(), 2);
    assert!(error.to_string().starts_with("the provisions have 2 faults\n  un-dprk/UN-1-1.toml:8:"), "{error}");
}

#[test]
fn supersession_is_said_on_both_sides() {
    let a = GOOD.replace("id = \"UN-1-1\"", "id = \"UN-1-1\"\nsupersedes = [\"UN-1-2\"]");
    let b = GOOD.replace("UN-1-1", "UN-1-2");
    let error = Book::from_files([(FILE, a.as_str()), ("un-dprk/UN-1-2.toml", b.as_str())]).unwrap_err();
    assert!(error.to_string().contains("it supersedes `UN-1-2`, which does not say so"), "{error}");
}
