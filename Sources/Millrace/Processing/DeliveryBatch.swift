/// Several events on their way to a ``BatchProcessor``, at most one of each key. What is left untouched succeeded.
public struct DeliveryBatch: Sendable, RandomAccessCollection {
    private let deliveries: [Delivery]
    package private(set) var failures: [Int: any Error] = [:]

    package init(_ deliveries: [Delivery]) { self.deliveries = deliveries }

    /// 0.
    public var startIndex: Int { 0 }
    /// The number of deliveries.
    public var endIndex: Int { deliveries.count }
    /// The delivery at an index.
    public subscript(index: Int) -> Delivery { deliveries[index] }

    /// This one failed; the error means the same as when a ``Processor`` throws it.
    public mutating func fail(at index: Int, _ error: any Error) { failures[index] = error }
}
