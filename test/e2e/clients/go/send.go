// Sends 101 spans, 50 log records and 1 metric through the official exporters: send http|grpc HOST:PORT SESSION COMPRESSION
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploggrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlplog/otlploghttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetricgrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlpmetric/otlpmetrichttp"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracegrpc"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	otellog "go.opentelemetry.io/otel/log"
	sdklog "go.opentelemetry.io/otel/sdk/log"
	"go.opentelemetry.io/otel/sdk/metric"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"
)

func must[T any](value T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return value
}

func main() {
	ctx := context.Background()
	protocol, endpoint, session, compression := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	res := resource.NewSchemaless(attribute.String("service.name", "go-agent"))

	var spans trace.SpanExporter
	var logs sdklog.Exporter
	var metrics metric.Exporter
	if protocol == "http" {
		traceZip, logZip, metricZip := otlptracehttp.NoCompression, otlploghttp.NoCompression, otlpmetrichttp.NoCompression
		if compression == "gzip" {
			traceZip, logZip, metricZip = otlptracehttp.GzipCompression, otlploghttp.GzipCompression, otlpmetrichttp.GzipCompression
		}
		spans = must(otlptracehttp.New(ctx, otlptracehttp.WithEndpoint(endpoint), otlptracehttp.WithInsecure(), otlptracehttp.WithCompression(traceZip)))
		logs = must(otlploghttp.New(ctx, otlploghttp.WithEndpoint(endpoint), otlploghttp.WithInsecure(), otlploghttp.WithCompression(logZip)))
		metrics = must(otlpmetrichttp.New(ctx, otlpmetrichttp.WithEndpoint(endpoint), otlpmetrichttp.WithInsecure(), otlpmetrichttp.WithCompression(metricZip)))
	} else {
		traceOptions := []otlptracegrpc.Option{otlptracegrpc.WithEndpoint(endpoint), otlptracegrpc.WithInsecure()}
		logOptions := []otlploggrpc.Option{otlploggrpc.WithEndpoint(endpoint), otlploggrpc.WithInsecure()}
		metricOptions := []otlpmetricgrpc.Option{otlpmetricgrpc.WithEndpoint(endpoint), otlpmetricgrpc.WithInsecure()}
		if compression == "gzip" {
			traceOptions = append(traceOptions, otlptracegrpc.WithCompressor("gzip"))
			logOptions = append(logOptions, otlploggrpc.WithCompressor("gzip"))
			metricOptions = append(metricOptions, otlpmetricgrpc.WithCompressor("gzip"))
		}
		spans = must(otlptracegrpc.New(ctx, traceOptions...))
		logs = must(otlploggrpc.New(ctx, logOptions...))
		metrics = must(otlpmetricgrpc.New(ctx, metricOptions...))
	}

	attributes := []attribute.KeyValue{
		attribute.String("session.id", session), attribute.String("text", "grüße"), attribute.Int("whole", 42),
		attribute.Float64("fraction", 0.5), attribute.Bool("yes", true), attribute.StringSlice("list", []string{"a", "b"}),
	}
	tracers := trace.NewTracerProvider(trace.WithResource(res), trace.WithBatcher(spans, trace.WithMaxExportBatchSize(32)))
	tracer := tracers.Tracer("test")
	inside, root := tracer.Start(ctx, "root")
	root.SetAttributes(attributes...)
	for n := range 100 {
		_, child := tracer.Start(inside, fmt.Sprintf("child %d", n))
		child.SetAttributes(attributes...)
		child.End()
	}
	root.SetStatus(codes.Error, "on purpose")
	root.End()

	loggers := sdklog.NewLoggerProvider(sdklog.WithResource(res), sdklog.WithProcessor(sdklog.NewBatchProcessor(logs, sdklog.WithExportMaxBatchSize(16))))
	logger := loggers.Logger("test")
	for n := range 50 {
		var record otellog.Record
		record.SetBody(attribute.StringValue(fmt.Sprintf("line %d", n)))
		record.SetSeverity(otellog.SeverityWarn)
		record.AddAttributes(attribute.String("session.id", session))
		logger.Emit(ctx, record)
	}

	meters := metric.NewMeterProvider(metric.WithResource(res), metric.WithReader(metric.NewPeriodicReader(metrics)))
	must(meters.Meter("test").Int64Counter("calls")).Add(ctx, 3)

	for _, shutdown := range []func(context.Context) error{tracers.Shutdown, loggers.Shutdown, meters.Shutdown} {
		if err := shutdown(ctx); err != nil {
			log.Fatal(err)
		}
	}
}
