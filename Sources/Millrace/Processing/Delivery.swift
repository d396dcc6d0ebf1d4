/// One event on its way to a processor. Replaced by the worker's own.
public struct Delivery: Sendable {}
/// Several events on their way to a processor.
public struct DeliveryBatch: Sendable {}
struct SingleFactory<P: Processor>: ProcessorFactory {
    var name: String { P.name }
    var summary: String { P.summary }
    var types: [TypePattern] { P.types }
    var execution: Execution { P.execution }
    var replay: ReplayPolicy { P.replay }
    var options: [OptionDescription] { [] }
    func check(_ options: OptionValues) -> [OptionFault] { [] }
    func explain(_ event: CloudEvent) -> Explanation? { P.explain(event) }
}
struct BatchFactory<P: BatchProcessor>: ProcessorFactory {
    var name: String { P.name }
    var summary: String { P.summary }
    var types: [TypePattern] { P.types }
    var execution: Execution { P.execution }
    var replay: ReplayPolicy { P.replay }
    var options: [OptionDescription] { [] }
    func check(_ options: OptionValues) -> [OptionFault] { [] }
    func explain(_ event: CloudEvent) -> Explanation? { P.explain(event) }
}
import CloudEvents
