import Millrace

extension InputCases {
    /// Rows 14 to 20: the JSON text itself.
    static let bytes: [InputCase] =
        [
            both(
                14, "type twice", InputRecord.structured(#"{"type":"a","# + InputRecord.json().dropFirst()),
                .dead("duplicateMember:type")),
            both(
                14, "type twice, once escaped",
                InputRecord.structured(#"{"\u0074ype":"a","# + InputRecord.json().dropFirst()),
                .dead("duplicateMember:type")),
            both(
                14, "a member of data twice",
                InputRecord.event(["data": InputRecord.task(["a": "1", "\\u0061": "2"])]), .routed()),
            both(15, "byte order mark", InputRecord.structured("\u{FEFF}" + InputRecord.json()), .routed("bom")),
            both(15, "UTF-16 LE", utf16(bigEndian: false, mark: true), .dead("notUtf8")),
            both(15, "UTF-16 BE", utf16(bigEndian: true, mark: true), .dead("notUtf8")),
            both(15, "UTF-16 LE, no mark", utf16(bigEndian: false, mark: false), .dead("notUtf8")),
            both(16, "0xFF", inId([0xFF]), .dead("invalidUtf8")),
            both(16, "overlong", inId([0xC0, 0xA0]), .dead("invalidUtf8")),
            both(16, "a surrogate as UTF-8", inId([0xED, 0xA0, 0x80]), .dead("invalidUtf8")),
            both(17, "half a pair in id", InputRecord.event(["id": #""\uDEAD""#]), .dead("invalidString:id")),
            both(
                17, "half a pair in an extension", InputRecord.event(["note": #""a\uD800b""#]),
                .dead("invalidString:note")),
            both(17, "half a pair in data", InputRecord.event(["data": #"{"a":"\uD800"}"#]), .dead("jsonSyntax")),
            both(18, "U+0085 as bytes", InputRecord.event(["id": "\"a\u{85}b\""]), .dead("invalidString:id")),
            both(18, "U+1FFFF as bytes", InputRecord.event(["id": "\"\u{1FFFF}\""]), .dead("invalidString:id")),
            both(18, "LF in ce_id", InputRecord.binary(["ce_id": "a\nb"]), .dead("invalidString:id")),
            both(18, "LF in data", InputRecord.event(["data": InputRecord.task(["name": #""\n""#])]), .routed()),
            both(19, "64 deep", InputRecord.event(["data": InputRecord.task(["a": nested(63)])]), .routed()),
            both(19, "513 deep", InputRecord.event(["data": nested(513)]), .dead("nestingTooDeep")),
            both(19, "100,000 deep", InputRecord.event(["data": nested(100_000)]), .dead("nestingTooDeep")),
            both(
                19, "100,000 deep, never closed",
                InputRecord.structured(#"{"specversion":"1.0","data":"# + String(repeating: "[", count: 100_000)),
                .dead("nestingTooDeep")),
        ]
        + each(
            18, member: "id", [#""\u0000""#, #""a\nb""#, #""\u0085""#, #""\uFFFE""#, #""\uD83F\uDFFF""#],
            .dead("invalidString:id"))
        + [
            ("trailing comma", String(InputRecord.json().dropLast()) + ",}"),
            ("trailing text", InputRecord.json() + "x"),
            ("two documents", InputRecord.json() + InputRecord.json()),
            ("a comment", "/* */" + InputRecord.json()),
            ("NaN", InputRecord.json(["data": "NaN"])),
            ("truncated", String(InputRecord.json().dropLast())),
            ("truncated in a string", #"{"specversion":"1.0","id":"a"#),
            ("blanks only", "  "),
        ].map { both(20, $0.0, InputRecord.structured($0.1), .dead("jsonSyntax")) }

    private static func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }

    private static func inId(_ bytes: [UInt8]) -> RecordLine {
        let parts = InputRecord.json(["id": #""@""#]).utf8.split(separator: UInt8(ascii: "@"))
        return InputRecord.structured(bytes: Array(parts.joined(separator: bytes)))
    }

    private static func utf16(bigEndian: Bool, mark: Bool) -> RecordLine {
        let units = Array((mark ? "\u{FEFF}" : "").utf16) + Array(InputRecord.json().utf16)
        let bytes = units.flatMap { unit -> [UInt8] in
            let pair = [UInt8(truncatingIfNeeded: unit >> 8), UInt8(truncatingIfNeeded: unit)]
            return bigEndian ? pair : pair.reversed()
        }
        return InputRecord.structured(bytes: bytes)
    }
}
