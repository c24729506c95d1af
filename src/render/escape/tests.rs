use super::{Context, cut, escape, visible};

fn mrkdwn(text: &str) -> String {
    escape(Context::Mrkdwn, text)
}

#[test]
fn markup_is_disarmed() {
    for (attack, harmless) in [
        ("<!channel>", "&lt;!channel\u{2060}&gt;"),
        ("<https://evil.example|開く>", "&lt;https:\u{2060}//evil.example|開く\u{2060}&gt;"),
        ("*承認済み* _x_ ~y~ `z`", "∗承認済み∗ ˍxˍ ∼y∼ ˋzˋ"),
        ("＊太字＊ ＿x＿ ｀z｀ ＞引用", "∗太字∗ ˍxˍ ˋzˋ \u{2060}＞引用"),
        (":white_check_mark:", ":\u{2060}whiteˍcheckˍmark:\u{2060}"),
        ("@here", "@\u{2060}here"),
        ("a\n> 承認済み", "a \u{2060}&gt; 承認済み"),
        ("a & b", "a &amp; b"),
        ("\u{202e}txt.exe\u{200b}\u{feff}\u{ad}", "txt.exe"),
        ("a\u{0}b\u{1b}[31m\u{9b}", "ab[31m"),
        ("\u{e0041}tag", "tag"),
        ("{{severity}}", "{{severity}}"),
    ] {
        assert_eq!(mrkdwn(attack), harmless, "{attack:?}");
    }
}

#[test]
fn other_contexts_only_lose_what_nobody_sees() {
    for context in [Context::Plain, Context::Literal] {
        assert_eq!(escape(context, "a_b*<c>&\n\u{202e}d"), "a_b*<c>& d");
    }
}

#[test]
fn a_cut_counts_the_escaped_form() {
    let cut = |text, units| cut(Context::Mrkdwn, text, units);
    assert_eq!(cut("&&&", 15), "&&&");
    assert_eq!(cut("&&&", 14), "&&…");
    assert_eq!(cut("&&&", 10), "&…");
    assert_eq!(cut("abc", 3), "abc");
    assert_eq!(cut("abcd", 3), "ab…");
    assert_eq!(cut("abc", 0), "…");
}

#[test]
fn a_cut_keeps_letters_whole() {
    // か + combining voiced sound mark; a flag of two characters; a character of two units.
    assert_eq!(cut(Context::Plain, "か\u{3099}か\u{3099}", 3), "か\u{3099}…");
    assert_eq!(cut(Context::Plain, "🇯🇵🇯🇵", 6), "🇯🇵…");
    assert_eq!(cut(Context::Plain, "𠮷𠮷", 4), "𠮷𠮷");
    let stack = format!("e{}", "\u{301}".repeat(500));
    assert_eq!(cut(Context::Plain, &stack, 100).chars().count(), 8);
}

#[test]
fn an_empty_text_is_said_to_be_empty() {
    for empty in ["", "  \n", "\u{200b}", "\u{202e} "] {
        assert_eq!(cut(Context::Literal, empty, 10), "—");
    }
}

#[test]
fn an_id_copies_exactly_and_shows_what_hides_in_it() {
    assert_eq!(visible("arn:aws:s3:::a_b*c<d>&e", 100), "arn:aws:s3:::a_b*c<d>&e");
    assert_eq!(visible("bucket\u{202e}txt", 100), "bucket\\u{202e}txt");
    assert_eq!(visible("a\nb", 100), "a\\u{a}b");
    assert_eq!(visible(&"x".repeat(1_000), 10), format!("{}…", "x".repeat(9)));
}
