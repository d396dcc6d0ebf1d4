import Testing

@testable import Millrace

@Suite struct NearestNameTests {
    private let names = ["group", "admin", "memory", "commitInterval", "topic"]

    @Test(arguments: [
        ("gruop", "group"), ("grop", "group"), ("Group", "group"), ("commit-interval", "commitInterval"),
        ("comitInterval", "commitInterval"), ("topics", "topic"), ("momery", "memory"),
    ])
    func aSlipIsUnderstood(text: String, name: String) {
        #expect(NearestName.of(text, among: names) == name)
    }

    @Test(arguments: ["", "x", "password", "interval"])
    func anotherWordIsNot(text: String) {
        #expect(NearestName.of(text, among: names) == nil)
    }

    @Test func aLongTextCostsLittle() {
        #expect(NearestName.of(String(repeating: "x", count: 1_000_000), among: names) == nil)
    }
}
