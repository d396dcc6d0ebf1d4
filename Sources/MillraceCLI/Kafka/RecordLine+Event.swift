import CloudEvents
import Millrace

extension RecordLine {
    /// An event in binary mode.
    init(binary event: CloudEvent, key: [UInt8]?) {
        let message = event.kafkaMessage(.binary)
        self.init(
            key: key, headers: message.headers.map { Header(name: Array($0.name.utf8), value: $0.value) },
            value: message.value)
    }
}
