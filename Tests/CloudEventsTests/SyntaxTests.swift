import CloudEvents
import Testing

/// The syntax of URI-references and media types beyond the public vectors.
@Suite struct SyntaxTests {
    private func outcome(_ member: String, _ text: String) -> String {
        var writer = JSONFragmentWriter()
        writer.string(text)
        let value = String(decoding: writer.bytes, as: UTF8.self)
        return member == "source"
            ? Record.structured(document(replacing: ["source": value])).outcome(.strict)
            : Record.structured(document(#""\#(member)":\#(value)"#)).outcome(.strict)
    }

    static let references = [
        "a", "/", "//", "///", "?", "#", "a?b#c", "a/b/../c", "./a:b", "a:b", "a:", "a+b-c.d:e",
        "http://u:p@h:8080/p?q=%20#f",
        "http://h:", "//[::1]", "//[::]", "//[1:2:3:4:5:6:7:8]", "//[1::8]", "//[::ffff:1.2.3.4]:80/x", "//[v1.a:b]",
        "//[2001:DB8::]/", "mailto:a@b", "a/b:c", "//1.2.3.4", "//h%20x", "a@b", "1-555-123-4567", "?a/b?c", "#a/b?c",
        "urn:a:b:c",
        "//a:@b", "/a;b=c,d", "~a_b-c.d", "!$&'()*+,;=", "%C3%A9",
    ]

    @Test(arguments: references) func reference(text: String) {
        #expect(outcome("source", text) == "structured")
    }

    static let notReferences = [
        " a", "a b", "a\\b", "a^b", "a`b", "a{b}", "a|b", "<a>", "\"", "é", "%", "%1", "%1g", "a%zzb", "1:b", ":a",
        "é:b", "a_b:c",
        "##", "#a#b", "//a b", "//a@b@c", "//h:8a", "//h:80:80", "//[::1", "//[::1]x", "//[]", "//[1]",
        "//[1:2:3:4:5:6:7]",
        "//[1:2:3:4:5:6:7:8:9]", "//[1::2::3]", "//[:::]", "//[1:]", "//[:1]", "//[12345::]", "//[g::]", "//[::1.2.3]",
        "//[::1.2.3.256]", "//[::01.2.3.4]", "//[1.2.3.4::]", "//[1:2:3:4:5:6:7::8]", "//[v.a]", "//[v1.]", "//[v1]",
        "//[vx.a]",
        "//[fe80::1%25eth0]", "/[a]", "a[", "?[", "//a[::1]",
    ]

    @Test(arguments: notReferences) func notReference(text: String) {
        #expect(outcome("source", text) == "refused invalidUriReference:source")
    }

    static let mediaTypes = [
        "a/b", "A/B", "application/json;a=b", "application/json ; a=b ;c=\"d\"", "text/x-a.b+c", "a/b;c=\"\"",
        "a/b;c=\"\\\"d\"",
        "*/*", "a/b;\tc=d", "image/svg+xml", "multipart/form-data; boundary=\"a b;c\"", "a/b ",
    ]

    @Test(arguments: mediaTypes) func mediaType(text: String) {
        #expect(outcome("datacontenttype", text) == "structured")
    }

    static let notMediaTypes = [
        "a", "/", "a/", "/b", "a/b/c", " a/b", "a /b", "a/ b", "a/b;", "a/b;;", "a/b;c", "a/b;c=", "a/b;=d", "a/b;c=d;",
        "a/b;c =d",
        "a/b;c= d", "a/b c", "a/b,c/d", "a/b;c=\"", "a/b;c=\"d", "a/b;c=\"d\"e", "é/b", "a/é", "a/b;c=é", "a/b\n",
        "a/b;c=\"\n\"",
        "a/b;c=\"\\", "(a)/b", "a/b;c=d/e", "string ", "STRING",
    ]

    @Test(arguments: notMediaTypes) func notMediaType(text: String) {
        #expect(outcome("datacontenttype", text) == "refused invalidMediaType:datacontenttype")
    }

    static let json = ["application/json", "text/json", "a/b+json", "A/B+JSON; x=y", "application/JSON;charset=utf-8"]

    @Test(arguments: json) func isJSON(type: String) {
        #expect(outcome("data\":{},\"datacontenttype", type) == "structured")
    }

    static let notJSON = [
        "application/jsonx", "application/json5", "a/json+b", "a/+json", "json/a", "application/json-seq",
    ]

    @Test(arguments: notJSON) func isNotJSON(type: String) {
        #expect(outcome("data\":{},\"datacontenttype", type) == "refused dataNotText")
    }

    /// Every ASCII character at every place of a step of eight, in names, in references and in texts.
    @Test func charactersAtEveryPlace() {
        let inReferences = Set("-._~!$&'()*+,;=:@/?#".unicodeScalars)
        for value in UInt32(0x20)..<0x7F {
            guard let scalar = UnicodeScalar(value) else { continue }
            let isLower = (0x61...0x7A).contains(value)
            let isUpper = (0x41...0x5A).contains(value)
            let isDigit = (0x30...0x39).contains(value)
            for place in 0..<17 {
                var scalars = Array("/ggggggggggggggggg".unicodeScalars)
                scalars[place + 1] = scalar
                let reference = String(String.UnicodeScalarView(scalars))
                let isReference = isLower || isUpper || isDigit || inReferences.contains(scalar)
                if (outcome("source", reference) == "structured") != isReference {
                    Issue.record("reference \(reference)")
                }
                if scalar == "\"" || scalar == "\\" { continue }
                let name = String(reference.dropFirst())
                let isName = isLower || isDigit
                if (Record.structured(document(#""\#(name)":1"#)).outcome(.strict) == "structured") != isName {
                    Issue.record("name \(name)")
                }
            }
        }
    }

    @Test func controlCharactersAtEveryPlace() {
        for value in (UInt32(0x00)...0x1F).map({ $0 }) + [0x7F, 0x80, 0x9F, 0xFDD0, 0xFFFE, 0x10FFFF] {
            guard let scalar = UnicodeScalar(value) else { continue }
            for place in 0..<20 {
                var scalars = Array("aaaaaaaaaaaaaaaaaaaaa".unicodeScalars)
                scalars[place] = scalar
                let text = String(String.UnicodeScalarView(scalars))
                if outcome("subject", text) != "refused invalidString:subject" {
                    Issue.record("U+\(value) at \(place)")
                }
                if Record.binary("{}", [("ce_x", text)]).outcome(.strict) != "refused invalidString:x" {
                    Issue.record("header with U+\(value) at \(place)")
                }
            }
        }
    }
}
