import Testing

@testable import Millrace
@testable import MillraceCLI

@Suite struct VariableSubstitutionTests {
    private let environment = ["HOST": "kafka", "EMPTY": "", "PASSWORD": "hunter2", "TRICK": "a: {b: ${HOST}}"]

    private func substitute(_ text: String) -> (text: String?, faults: [OptionFault]) {
        var substitution = VariableSubstitution(environment: environment)
        let value = substitution.substitute(OptionValue(text), at: OptionPath().appending("k"))
        if case .text(let text) = value.content { return (text, substitution.faults) }
        return (nil, substitution.faults)
    }

    @Test(arguments: [
        ("${HOST}:9092", "kafka:9092"), ("${HOST}${HOST}", "kafkakafka"), ("${NONE:-x:1}", "x:1"), ("${NONE:-}", ""),
        ("${EMPTY}", ""), ("${EMPTY:-x}", "x"), ("${HOST:-x}", "kafka"), ("$HOST", "$HOST"), ("$", "$"), ("a$", "a$"),
        ("$${HOST}", "${HOST}"), ("$$${HOST}", "$${HOST}"), ("{HOST}", "{HOST}"),
        // What comes in is text, whatever it looks like.
        ("${TRICK}", "a: {b: ${HOST}}"),
    ])
    func variablesArePutIn(text: String, result: String) {
        let substituted = substitute(text)
        #expect(substituted.text == result)
        #expect(substituted.faults.isEmpty)
    }

    @Test(arguments: ["${", "${HOST", "${}", "${A B}", "${1A}", "${HOST-x}", "${HOST:?x}", "${A:-${HOST}}"])
    func whatIsNoVariableIsAFault(text: String) {
        let substituted = substitute(text)
        #expect(substituted.text == nil)
        #expect(substituted.faults.map(\.code) == [.invalidValue])
        #expect(substituted.faults.map(\.path.description) == ["k"])
    }

    @Test func anUnsetVariableIsAFault() throws {
        let fault = try #require(substitute("${HOTS}").faults.first)
        #expect(fault.code == .unsetVariable)
        #expect(
            fault.message
                == "environment variable HOTS is not set; did you mean 'HOST'? allowed: set it, or write ${HOTS:-DEFAULT}"
        )
    }

    @Test func aFaultDoesNotShowOtherVariables() {
        #expect(!"\(substitute("${PASSWORD} ${NONE}").faults)".contains("hunter2"))
    }
}
