#!/bin/sh
exec java -jar /opt/billing/lib/billing.jar
