#!/bin/sh -e
rdma link delete rxe0
ip link delete ocits-rdma
