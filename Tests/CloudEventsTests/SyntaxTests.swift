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
}
