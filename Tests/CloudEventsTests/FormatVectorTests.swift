import CloudEvents
import Testing

/// The format tests of the JSON Schema project, for the formats that attributes have.
@Suite(.enabled(if: Vectors.areThere, Vectors.reason)) struct FormatVectorTests {
    /// The tests of a file whose data is a string.
    private func tests(_ path: String) throws -> [(description: String, data: String, valid: Bool)] {
        try Vectors.withJSON("json-schema-org/JSON-Schema-Test-Suite/tests/" + path) { cursor in
            var found: [(description: String, data: String, valid: Bool)] = []
            try cursor.enterArray()
            while cursor.nextElement() {
                try cursor.enterObject()
                while let name = cursor.nextMember() {
                    guard name == "tests" else {
                        cursor.skip()
                        continue
                    }
                    try cursor.enterArray()
                    while cursor.nextElement() {
                        if let test = try test(&cursor) { found.append(test) }
                    }
                }
            }
            return found
        }
    }

    private func test(_ cursor: inout JSONCursor) throws -> (description: String, data: String, valid: Bool)? {
        var description = ""
        var data: String?
        var valid = false
        try cursor.enterObject()
        while let name = cursor.nextMember() {
            if name == "description" {
                description = try cursor.string().string
            } else if name == "valid" {
                valid = try cursor.boolean()
            } else if name == "data", cursor.kind == .string {
                data = try cursor.string().string
            } else {
                cursor.skip()
            }
        }
        return data.map { (description, $0, valid) }
    }

    private func outcome(_ member: String, _ text: String) -> String {
        var writer = JSONFragmentWriter()
        writer.string(text)
        let value = String(decoding: writer.bytes, as: UTF8.self)
        return member == "source"
            ? Record.structured(document(replacing: ["source": value])).outcome(.strict)
            : Record.structured(document(#""\#(member)":\#(value)"#)).outcome(.strict)
    }

    @Test(arguments: ["draft7/optional/format/date-time.json", "draft2020-12/optional/format/date-time.json"])
    func timestamps(file: String) throws {
        let tests = try tests(file)
        #expect(tests.count >= 25)
        for test in tests {
            let expected = test.valid ? "structured" : "refused invalidTimestamp:time"
            #expect(outcome("time", test.data) == expected, "\(test.description)")
            #expect((Timestamp(test.data) != nil) == test.valid, "\(test.description)")
        }
    }

    @Test(arguments: ["draft7/optional/format/uri-reference.json", "draft2020-12/optional/format/uri-reference.json"])
    func references(file: String) throws {
        let tests = try tests(file)
        #expect(tests.count >= 8)
        for test in tests {
            let refused = test.data.isEmpty ? "refused emptyAttribute:source" : "refused invalidUriReference:source"
            let expected = test.valid && !test.data.isEmpty ? "structured" : refused
            #expect(outcome("source", test.data) == expected, "\(test.description)")
        }
    }

    @Test(arguments: ["draft7/optional/format/uri.json", "draft2020-12/optional/format/uri.json"])
    func uris(file: String) throws {
        let tests = try tests(file)
        #expect(tests.count >= 20)
        for test in tests {
            let refused =
                test.data.isEmpty ? "refused emptyAttribute:dataschema" : "refused invalidUriReference:dataschema"
            #expect(outcome("dataschema", test.data) == (test.valid ? "structured" : refused), "\(test.description)")
        }
    }
}
