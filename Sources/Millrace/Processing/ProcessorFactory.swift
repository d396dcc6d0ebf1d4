package import CloudEvents

/// A processor's type with its statics in reach of code that is not generic over it.
package protocol ProcessorFactory: Sendable {
    var name: String { get }
    var summary: String { get }
    var types: [TypePattern] { get }
    var execution: Execution { get }
    var replay: ReplayPolicy { get }
    /// The option table: names, kinds, defaults, documentation.
    var options: [OptionDescription] { get }
    /// Checks a route's `options:` without making the processor. An empty list: nothing is wrong.
    func check(_ options: OptionValues) -> [OptionFault]
    func explain(_ event: CloudEvent) -> Explanation?
}
