package import Millrace

/// Succeeds with every event at once: what is measured then is the worker.
package struct NothingProcessor: Processor {
    package static let name = "nothing"
    package static let summary = "Does nothing, for measurements."
    package static let types: [TypePattern] = ["*"]

    package init(_ options: NoOptions, _ context: ProcessorContext) {}

    package func process(_ delivery: Delivery) async throws {}
}
