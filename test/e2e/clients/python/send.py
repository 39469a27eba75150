"""Sends 101 spans, 50 log records and 1 metric through the official exporters: send.py http|grpc ENDPOINT SESSION COMPRESSION"""

import logging
import sys

from opentelemetry import trace
from opentelemetry.sdk._logs import LoggerProvider, LoggingHandler
from opentelemetry.sdk._logs.export import BatchLogRecordProcessor
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor

protocol, endpoint, session, compression = sys.argv[1:5]

if protocol == "http":
    from opentelemetry.exporter.otlp.proto.http import Compression
    from opentelemetry.exporter.otlp.proto.http._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    chosen = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    place = lambda signal: {"endpoint": f"{endpoint}/v1/{signal}", "compression": chosen}
else:
    from grpc import Compression
    from opentelemetry.exporter.otlp.proto.grpc._log_exporter import OTLPLogExporter
    from opentelemetry.exporter.otlp.proto.grpc.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.grpc.trace_exporter import OTLPSpanExporter

    chosen = Compression.Gzip if compression == "gzip" else Compression.NoCompression
    place = lambda signal: {"endpoint": endpoint, "insecure": True, "compression": chosen}

resource = Resource.create({"service.name": "python-agent"})
attributes = {"session.id": session, "text": "grüße", "whole": 42, "fraction": 0.5, "yes": True, "list": ["a", "b"]}

tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(**place("traces")), max_export_batch_size=32))
tracer = tracers.get_tracer("test")
with tracer.start_as_current_span("root", attributes=attributes) as root:
    for n in range(100):
        tracer.start_span(f"child {n}", attributes=attributes).end()
    root.set_status(trace.StatusCode.ERROR, "on purpose")

logs = LoggerProvider(resource=resource)
logs.add_log_record_processor(BatchLogRecordProcessor(OTLPLogExporter(**place("logs")), max_export_batch_size=16))
logger = logging.getLogger("test")
logger.addHandler(LoggingHandler(logger_provider=logs))
for n in range(50):
    logger.warning("line %d", n, extra={"session.id": session})

meters = MeterProvider([PeriodicExportingMetricReader(OTLPMetricExporter(**place("metrics")))], resource=resource)
meters.get_meter("test").create_counter("calls").add(3)

for provider in (tracers, logs, meters):
    provider.force_flush()
    provider.shutdown()
