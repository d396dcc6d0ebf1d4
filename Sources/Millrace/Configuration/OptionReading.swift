/// What goes along while values are given their types: where we are, and what was wrong so far.
package struct OptionReading: Sendable {
    package private(set) var faults: [OptionFault] = []
    package private(set) var path = OptionPath()

    package init() {}

    /// Does `body` one step deeper.
    package mutating func within<Result>(
        _ element: OptionPath.Element, _ body: (inout OptionReading) -> Result
    ) -> Result {
        path.push(element)
        defer { path.pop() }
        return body(&self)
    }

    /// Notes a fault here.
    package mutating func note(_ fault: OptionFault) {
        var fault = fault
        fault.path = path.appending(fault.path)
        faults.append(fault)
    }
}
