//! Cutting bodies, above all broken ones.

use serde_json::json;

use super::{asff_with, reason, shape};
use crate::intake::{Parsed, parse};

fn bare(id: &str) -> String {
    asff_with(&json!({"Id": id}))
}

fn raws(body: &[u8]) -> Vec<Vec<u8>> {
    let raw = |parsed| match parsed {
        Parsed::Unreadable(bad) => Some(bad.raw),
        Parsed::Finding(_) | Parsed::Event(_) | Parsed::Unknown(_) => None,
    };
    parse(body).into_iter().filter_map(raw).collect()
}

#[test]
fn what_is_no_text_is_refused_whole() {
    let utf16 = "{\"a\":1}".encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>();
    for (body, word) in [
        (&b""[..], "the body is empty"),
        (b" \r\n\t ", "the body is empty"),
        (b"\xef\xbb\xbf", "the body is empty"),
        (b"\xff\xfe{\x00}\x00", "UTF-16"),
        (b"\xfe\xff\x00{\x00}", "UTF-16"),
        (&utf16, "UTF-16"),
        (b"{\"a\":\"\xff\"}", "not valid UTF-8 after byte 6"),
        (b"hello\nworld", "not valid JSON"),
        (b"{\"a\":1e999}", "not valid JSON"),
        (b"\0", "not valid JSON"),
    ] {
        let got = reason(body);
        assert!(got.contains(word), "{body:?}: {got}");
    }
}

#[test]
fn depth_costs_no_stack() {
    for open in ["[", "{\"a\":", "[{\"a\":"] {
        let got = reason(open.repeat(200_000).as_bytes());
        assert!(got.contains("nested too deeply"), "{got}");
    }
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    assert_eq!(shape(&format!("{{\"a\":{deep}}}\n{}", bare("1"))), "XF");
}

#[test]
fn of_a_cut_body_all_before_the_break_is_saved() {
    let (a, b, c) = (bare("a"), bare("b"), bare("c"));
    let half = &c[..c.len() / 2];
    assert_eq!(shape(&format!("{a}\n{b}\n{half}")), "FFX");
    assert_eq!(shape(&format!("[{a},{b},{half}")), "FFX");
    assert_eq!(shape(&format!("[{a},\n{b},")), "FFX");
    assert_eq!(shape(&format!("[{a},{b}")), "FFX");
    assert_eq!(raws(format!("[{a},{b},{half}").as_bytes()), [half.as_bytes()]);
}

#[test]
fn a_broken_line_costs_itself_alone() {
    let (a, b) = (bare("a"), bare("b"));
    for broken in [
        "{\"a\": {\"b\": 1}",
        "{\"a\": \"unfinished",
        "{\"a\": tru}",
        "{\"a\" 1}",
        "plain text, \"quoted\" {and} [so] on",
        "{\"a\": \"\\",
        "}",
        "\u{1}",
    ] {
        assert_eq!(shape(&format!("{broken}\n{a}\n{b}\n")), "XFF", "{broken}");
        assert_eq!(shape(&format!("{a}\n{broken}\n{b}\n")), "FXF", "{broken}");
        assert_eq!(shape(&format!("{a}\r\n{b}\r\n{broken}")), "FFX", "{broken}");
        assert_eq!(raws(format!("{a}\n{broken}\n{b}").as_bytes()), [broken.as_bytes()]);
    }
    assert_eq!(shape(&format!("{a}\n[1, {{\"a\": \n{b}\n")), "FUXF", "a broken array too");
    let swallowing = "{\"x\": [1\n";
    assert_eq!(shape(&format!("{swallowing}{a}\n{b}]}}\n")), "XFFX");
}

#[test]
fn invalid_utf8_costs_its_line_alone() {
    let mut body = bare("a").into_bytes();
    body.extend_from_slice(b"\n{\"b\":\"\xc3\"}\n");
    body.extend_from_slice(bare("c").as_bytes());
    assert_eq!(raws(&body), [b"{\"b\":\"\xc3\"}".to_vec()]);
    assert_eq!(parse(&body).len(), 3);
}

#[test]
fn an_array_with_a_bad_element_goes_on() {
    let (a, b) = (bare("a"), bare("b"));
    assert_eq!(shape(&format!("[{a},{{\"x\":tru}},{b}]")), "FXF");
    assert_eq!(shape(&format!("[{a},nonsense,{b}]")), "FXF");
    assert_eq!(shape(&format!("[\n{a},\n{{\"x\": \"unfinished,\n{b},\n{b}\n]")), "FXFF");
    assert_eq!(shape(&format!("[{a} {b}]")), "FFX", "a comma is missing");
    assert_eq!(shape(&format!("[,{a}]")), "XF");
}

#[test]
fn brackets_and_quotes_inside_strings_do_not_count() {
    let tricky = asff_with(&json!({"Title": "}{][ \" \\ , \n \u{2028} 門番"}));
    assert_eq!(shape(&format!("{tricky}\n[{tricky},{tricky}]{tricky}")), "FFFF");
}

#[test]
fn many_broken_lines_are_read_in_one_pass_or_so() {
    let body = "{\"a\": [\n".repeat(50_000);
    assert_eq!(parse(body.as_bytes()).len(), 50_000);
}

#[test]
fn nested_bad_elements_are_looked_at_a_few_times_only() {
    let body = format!("{}1,\nx{}", "{\"a\":\n".repeat(100), "}".repeat(100));
    let count = parse(body.as_bytes()).len();
    assert!((5..20).contains(&count), "{count}");
}
