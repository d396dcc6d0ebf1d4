extension CloudEvent {
    /// The event as a JSON document (JSON Event Format 1.0.2) as processors see it: canonical type, extensions as
    /// attributes, no legacy members. Data is a JSON value where its media type says JSON and it is, a string where it is
    /// text, else `data_base64`. A strict reader takes it.
    public func jsonBytes() -> [UInt8] {
        withMemory { envelope in
            var writer = JSONFragmentWriter(capacity: 256 + envelope.data.count + envelope.document.count)
            writer.raw("{")
            writer.member("specversion", ByteView("1.0"), isFirst: true)
            writer.member("id", envelope.id)
            writer.member("source", envelope.source)
            writer.member("type", envelope.type)
            writer.member("subject", envelope.subject)
            writer.member("time", envelope.time)
            writer.member("datacontenttype", envelope.dataContentType)
            writer.member("dataschema", envelope.dataSchema)
            for (name, value) in envelope.orderedExtensions() {
                writer.raw(",")
                writer.string(name)
                writer.raw(":")
                switch value {
                case .string(let text): writer.string(text)
                case .integer(let number): writer.integer(number)
                case .boolean(let flag): writer.raw(flag ? "true" : "false")
                }
            }
            writeData(envelope, to: &writer)
            writer.raw("}")
            return writer.bytes
        }
    }

    private func writeData(_ envelope: Envelope, to writer: inout JSONFragmentWriter) {
        switch envelope.dataForm {
        case .none: break
        case .json: writer.jsonData(envelope.data.bytes)
        case .text where envelope.dataHasEscapes:
            // Its escapes are JSON's own.
            writer.raw(",\"data\":\"")
            writer.raw(envelope.data.bytes)
            writer.raw("\"")
        case .text, .bytes, .base64:
            withDataBytes { bytes in
                // In JSON no media type means JSON, but bytes without one may be anything.
                let media = envelope.dataContentType.isPresent ? MediaType.parse(envelope.dataContentType) : nil
                let isText = envelope.dataForm == .text || media?.isText == true
                if media?.isJSON == true, Self.isJSON(bytes) {
                    writer.jsonData(bytes)
                } else if media?.isJSON != true, isText, String(validating: bytes, as: UTF8.self) != nil {
                    writer.raw(",\"data\":")
                    writer.string(bytes)
                } else {
                    writer.raw(",\"data_base64\":\"")
                    Base64.encode(bytes).withUnsafeBytes { writer.raw($0) }
                    writer.raw("\"")
                }
            }
        }
    }

    private static func isJSON(_ bytes: UnsafeRawBufferPointer) -> Bool {
        do throws(JSONFault) {
            try JSONGrammar.check(bytes, maximumDepth: Limits().maximumDepth)
            return true
        } catch {
            return false
        }
    }
}

extension JSONFragmentWriter {
    /// Writes an attribute if it is set.
    fileprivate mutating func member(_ name: StaticString, _ value: ByteView, isFirst: Bool = false) {
        guard value.isPresent else { return }
        raw(isFirst ? "\"" : ",\"")
        raw(name)
        raw("\":")
        string(value.bytes)
    }

    fileprivate mutating func jsonData(_ text: UnsafeRawBufferPointer) {
        raw(",\"data\":")
        raw(text)
    }
}
