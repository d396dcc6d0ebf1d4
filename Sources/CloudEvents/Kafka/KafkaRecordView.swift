/// One header of a Kafka record, borrowed.
package struct KafkaHeaderView {
    /// The name's bytes.
    package var name: UnsafeRawBufferPointer
    /// The value's bytes; nil for a null value.
    package var value: UnsafeRawBufferPointer?

    package init(name: UnsafeRawBufferPointer, value: UnsafeRawBufferPointer?) {
        self.name = name
        self.value = value
    }
}

/// What the Kafka binding reads of a record, borrowed: it must outlive what is read from it.
package struct KafkaRecordView {
    /// The value's bytes; nil for a null value.
    package var value: UnsafeRawBufferPointer?
    /// The headers in their order; empty where the reader's content mode makes them unnecessary.
    package var headers: UnsafeBufferPointer<KafkaHeaderView>

    package init(
        value: UnsafeRawBufferPointer?, headers: UnsafeBufferPointer<KafkaHeaderView> = .init(start: nil, count: 0)
    ) {
        self.value = value
        self.headers = headers
    }
}
